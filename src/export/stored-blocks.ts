import { readFile } from 'node:fs/promises';
import type { Block } from '../library/blocks.js';
import type { DocumentSource } from '../library/documents.service.js';
import { OlderLists } from './older-lists.js';

/** A stored document's text, with a marker for every item of a list. */
export async function blocksOf({ blocksPath }: DocumentSource): Promise<Block[]> {
  const lists = new OlderLists();
  const blocks = JSON.parse(await readFile(blocksPath, 'utf8')) as Block[];
  return blocks.map((block) => lists.mark(block));
}
