/** Why these bytes are not text we can use. */
export class NotTextError extends Error {
  override name = 'NotTextError';

  /** `candidates`: encodings that the text may be in, the likeliest first, where none is likely enough. */
  constructor(
    message: string,
    readonly candidates: readonly string[] = [],
  ) {
    super(message);
  }
}
