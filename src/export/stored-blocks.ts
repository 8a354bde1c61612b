import type { Block } from '../library/blocks.js';
import type { DocumentSource } from './export-job.js';
import { OlderLists } from './older-lists.js';

/** A stored document's text, with a marker for every item of a list. */
export async function blocksOf({ blocks }: DocumentSource): Promise<Block[]> {
  const lists = new OlderLists();
  const stored = JSON.parse((await blocks.read()).toString()) as Block[];
  return stored.map((block) => lists.mark(block));
}
