import { readFile } from 'node:fs/promises';
import type { Block } from '../library/blocks.js';
import type { DocumentSource } from '../library/documents.service.js';

/** A stored document's text. */
export async function blocksOf({ blocksPath }: DocumentSource): Promise<Block[]> {
  return JSON.parse(await readFile(blocksPath, 'utf8')) as Block[];
}
