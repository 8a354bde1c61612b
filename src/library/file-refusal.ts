export type RefusalCode = 'unsupported_file_type' | 'file_corrupt' | 'file_too_complex' | 'storage_full';

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
