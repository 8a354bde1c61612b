interface Waiting {
  sit: () => void;
}

export interface SeatLimits {
  seats: number;
  /** For all users together. */
  maxWaiting: number;
  maxWaitingPerUser: number;
  maxWaitMs: number;
}

/**
 * A room's seats. A user has one at most, so nobody can take all of them. Those who wait are served in turn, so a
 * user with many tasks comes after one with few.
 */
export class Seats {
  readonly #seated = new Set<string>();
  /** By user, in the order of their turns. */
  readonly #queues = new Map<string, Waiting[]>();

  constructor(
    private readonly limits: SeatLimits,
    private readonly crowded: () => Error,
  ) {}

  get taken(): number {
    return this.#seated.size;
  }

  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** @throws what `crowded` makes, if too many wait or the wait was too long; the signal's reason */
  async take(user: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#seated.size < this.limits.seats && !this.#seated.has(user)) {
      this.#seated.add(user);
      return;
    }
    const queue = this.#queues.get(user) ?? [];
    const { maxWaiting, maxWaitingPerUser, maxWaitMs } = this.limits;
    if (queue.length >= maxWaitingPerUser || this.waiting >= maxWaiting) throw this.crowded();
    this.#queues.set(user, queue);
    await new Promise<void>((resolve, reject) => {
      const rise = (error: Error) => {
        settle();
        queue.splice(queue.indexOf(place), 1);
        if (queue.length === 0) this.#queues.delete(user);
        reject(error);
      };
      const goAway = () => rise(signal?.reason as Error);
      const timer = setTimeout(() => rise(this.crowded()), maxWaitMs);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', goAway);
      };
      const place = {
        sit: () => {
          settle();
          resolve();
        },
      };
      signal?.addEventListener('abort', goAway, { once: true });
      queue.push(place);
    });
  }

  /** Pass the seat to the next waiting user who has none, or leave it free. */
  leave(user: string): void {
    this.#seated.delete(user);
    for (const [next, queue] of this.#queues) {
      if (this.#seated.has(next)) continue;
      this.#seated.add(next);
      this.#queues.delete(next);
      const [first, ...more] = queue;
      queue.splice(0, 1);
      // Now behind all the others.
      if (more.length > 0) this.#queues.set(next, queue);
      return first!.sit();
    }
  }
}
