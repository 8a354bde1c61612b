declare module 'linebreak' {
  /** Where a text may be broken, or must be (UAX #14). */
  // eslint-disable-next-line no-restricted-syntax -- it is theirs
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { position: number; required: boolean } | null;
  }
}
