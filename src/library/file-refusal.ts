import type { RefusalCode } from './apart/work.js';

/** What is wrong with somebody's file, in a sentence for them. */
export class FileRefusal extends Error {
  override name = 'FileRefusal';

  constructor(
    readonly code: RefusalCode,
    detail: string,
    /** What the problem says besides. */
    readonly facts: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}
