import type { Block } from '../library/blocks.js';
import type { DocumentSource } from './export-job.js';

/** A stored document's text. */
export async function blocksOf({ blocks }: DocumentSource): Promise<Block[]> {
  return JSON.parse((await blocks.read()).toString()) as Block[];
}
