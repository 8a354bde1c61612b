import type { Ending } from './ending.js';

/** What is still written, and still read to its end, after its answer is over: the application waits for it. */
export class OpenEndings {
  readonly #settling = new Set<Promise<unknown>>();
  readonly #drained = new Set<Ending>();

  await(settling: Promise<unknown>): void {
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
  }

  drain(ending: Ending): void {
    this.#drained.add(ending);
  }

  drop(ending: Ending): void {
    this.#drained.delete(ending);
  }

  /** Before the ledger's connections are closed. */
  async close(): Promise<void> {
    for (const ending of this.#drained) ending.cutShort();
    await Promise.all(this.#settling);
  }
}
