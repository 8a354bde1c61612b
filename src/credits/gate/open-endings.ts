import { setImmediate as nextTurn } from 'node:timers/promises';

/** An answer that is over, and whose source is read on. */
interface Drained {
  /** Settle with what was used so far. */
  cutShort(): void;
}

/** What is still written, and still read to its end, after its answer is over: the application waits for it. */
export class OpenEndings {
  readonly #settling = new Set<Promise<unknown>>();
  readonly #drained = new Set<Drained>();

  await(settling: Promise<unknown>): void {
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
  }

  drain(ending: Drained): void {
    this.#drained.add(ending);
  }

  drop(ending: Drained): void {
    this.#drained.delete(ending);
  }

  /**
   * Before the ledger's connections are closed. A server counts a socket that it destroys as closed at once, and the
   * socket tells of it only when the event loop comes to its closing handles, so the first turn is too early.
   */
  async close(): Promise<void> {
    await nextTurn();
    await nextTurn();
    for (const ending of this.#drained) ending.cutShort();
    await Promise.all(this.#settling);
  }
}
