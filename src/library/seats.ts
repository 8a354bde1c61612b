/** A room's seats: who finds none waits, first come, first served. */
export class Seats {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly limits: { seats: number; maxWaiting: number; maxWaitMs: number },
    private readonly crowded: () => Error,
  ) {
    this.#free = limits.seats;
  }

  get taken(): number {
    return this.limits.seats - this.#free;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws what `crowded` makes, when too many wait or the wait was too long; the signal's reason */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.limits.maxWaiting) throw this.crowded();
    await new Promise<void>((resolve, reject) => {
      const rise = (error: Error) => {
        clearTimeout(timer);
        this.#waiting.splice(this.#waiting.indexOf(sit), 1);
        reject(error);
      };
      const goAway = () => rise(signal?.reason as Error);
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', goAway);
        rise(this.crowded());
      }, this.limits.maxWaitMs);
      const sit = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', goAway);
        resolve();
      };
      signal?.addEventListener('abort', goAway, { once: true });
      this.#waiting.push(sit);
    });
  }

  /** The seat goes to who waits longest, and is free only when nobody does. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
