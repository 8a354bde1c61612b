import type { Block } from '../library/blocks.js';
import type { DocumentSource } from './export-job.js';
import { OlderLists } from './older-lists.js';

/** The text of a stored document, with a marker for every list item. */
export async function blocksOf({ blocks }: DocumentSource): Promise<Block[]> {
  const lists = new OlderLists();
  const stored = JSON.parse((await blocks.read()).toString()) as Block[];
  return stored.map((block) => lists.mark(block));
}
