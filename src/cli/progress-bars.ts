import { Presets, SingleBar } from 'cli-progress';

/** Shows the progress of long work, one bar after the other, on standard error if it is a terminal. */
export class ProgressBars {
  #bar: SingleBar | undefined;
  #total = 0;

  begin(what: string, total: number): void {
    this.stop();
    this.#total = Math.round(total);
    const format = `${what} [{bar}] {value} of {total}`;
    this.#bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.legacy);
    this.#bar.start(this.#total, 0);
  }

  /** Raises the total if it was an estimate and proves too low. */
  report(soFar: number): void {
    this.#bar?.setTotal(Math.max(this.#total, soFar));
    this.#bar?.update(soFar);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
