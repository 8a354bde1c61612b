export type RefusalCode = 'unsupported_file_type' | 'file_corrupt' | 'file_too_complex' | 'storage_full';

/** Refuses a file: says what is wrong with it, in a sentence for its owner. */
export class FileRefusal extends Error {
  override name = 'FileRefusal';

  constructor(
    readonly code: RefusalCode,
    detail: string,
    /** Further members of the problem. */
    readonly facts: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}
