/**
 * Tells the result of a field from its instruction: `begin` instruction `separate` result `end`. Fields may be nested
 * in either part (ISO 29500-1, 17.16.18).
 */
export class Fields {
  #begun = 0;
  /** Those that are open, by their number; before the result or in it. */
  readonly #open: { number: number; isResult: boolean }[] = [];
  #instructions = 0;

  /** @param unended - numbers of fields that never end; what follows their beginning is text like any other */
  constructor(private readonly unended: ReadonlySet<number>) {}

  mark(type: string | undefined): void {
    if (type === 'begin') {
      this.#begun += 1;
      if (this.unended.has(this.#begun)) return;
      this.#open.push({ number: this.#begun, isResult: false });
      this.#instructions += 1;
    } else if (type === 'separate') {
      const field = this.#open.at(-1);
      if (field === undefined || field.isResult) return;
      field.isResult = true;
      this.#instructions -= 1;
    } else if (type === 'end') {
      if (this.#open.pop()?.isResult === false) this.#instructions -= 1;
    }
  }

  /** True inside an instruction, where nothing is text. */
  get isInstruction(): boolean {
    return this.#instructions > 0;
  }

  /** At the end of the text: those that hid all that came behind them. */
  get hiding(): number[] {
    return this.#open.filter(({ isResult }) => !isResult).map(({ number }) => number);
  }
}
