import type { Block } from './blocks.js';

const FLUSHED_CHARACTERS = 64 * 1024;

/** Blocks as they are stored: JSON in UTF-8, piece by piece. */
export function* jsonOf(blocks: Iterable<Block>): Generator<Buffer> {
  let [pending, isFirst] = ['[', true];
  for (const block of blocks) {
    pending += (isFirst ? '' : ',') + JSON.stringify(block);
    isFirst = false;
    if (pending.length < FLUSHED_CHARACTERS) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(`${pending}]`);
}
