/**
 * A second is busy if at least this many requests were in progress throughout. Four, because a few keep-alive clients
 * briefly drop below any larger number.
 */
const BUSY_FROM = 4;
/**
 * How long the last one to be let in should have to wait for its turn. More inside get no more done, but make each
 * turn of the loop longer, and in each turn Node takes only one of the new connections that a flood brings.
 */
const WAIT_SECONDS = 0.2;
/** A request that is inside for longer waits for a slow client or a long piece of work, and not for its turn. */
const YOUNG_MS = 3_000;
/** How often all of them are looked at, which takes longer than a refusal. */
const LOOKED_AT_EVERY_MS = 50;
const MEASURED_EVERY_MS = 1_000;
/** How long the measurement of a busy second counts: it says nothing about requests ten quiet seconds later. */
const BELIEVED_FOR_MS = 10_000;

/** An answer that has begun goes on at its client's pace: a download, a stream. */
export interface Reply {
  readonly headersSent: boolean;
}

/** A request that is inside. */
export interface Visit {
  /**
   * undefined as soon as it is left. A Set that many come into and leave makes itself anew all the time, and V8 keeps
   * what the old table held, and all that hangs on it, until the next full collection: whole requests that had ended,
   * moved about by every small collection, took an eighth of what a guarded endpoint can do.
   */
  answer: Reply | undefined;
  readonly sinceMs: number;
}

/**
 * The requests that are inside, and how many more may come in. By Little's law a request that comes in waits for as long
 * as it takes to answer those who are before them; when that is too long, a refusal at the door costs next to
 * nothing and comes at once, while one more inside would make everybody late. Times are those of
 * `performance.now()`.
 */
export class Crowd {
  /** Oldest first. */
  readonly #young = new Set<Visit>();
  #perSecond: number;
  #answered = 0;
  #measuredSinceMs = 0;
  #lastBusyMs = 0;
  #isBusy = false;
  #lookedAtMs = -Infinity;

  /**
   * @param firstGuessPerSecond believed before a busy second has told: a burst after a quiet time is answered
   * @param alwaysWelcome may be inside whatever was measured: a few slow requests say nothing about the next ones.
   *   Enough for 32 clients who ask again as soon as they are answered
   */
  constructor(
    private readonly firstGuessPerSecond = 10_000,
    private readonly alwaysWelcome = 36,
  ) {
    this.#perSecond = firstGuessPerSecond;
  }

  /** How many requests count. */
  get size(): number {
    return this.#young.size;
  }

  get limit(): number {
    return Math.max(this.alwaysWelcome, Math.round(this.#perSecond * WAIT_SECONDS));
  }

  /** undefined: too many are inside. */
  enter(answer: Reply, nowMs: number): Visit | undefined {
    this.#forgetOld(nowMs);
    this.#measure(nowMs);
    if (this.#young.size >= this.limit) this.#forgetBegun(nowMs);
    if (this.#young.size >= this.limit) return undefined;
    const visit = { answer, sinceMs: nowMs };
    this.#young.add(visit);
    return visit;
  }

  leave(visit: Visit): void {
    visit.answer = undefined;
    if (!this.#young.delete(visit)) return;
    this.#answered += 1;
    if (this.#young.size < BUSY_FROM) this.#isBusy = false;
  }

  /** Only a second without a pause says how much can be done in one. */
  #measure(nowMs: number): void {
    const elapsedMs = nowMs - this.#measuredSinceMs;
    if (elapsedMs < MEASURED_EVERY_MS) return;
    if (this.#isBusy && elapsedMs < 2 * MEASURED_EVERY_MS) {
      this.#perSecond = (this.#answered * 1000) / elapsedMs;
      this.#lastBusyMs = nowMs;
    } else if (nowMs - this.#lastBusyMs > BELIEVED_FOR_MS) {
      this.#perSecond = this.firstGuessPerSecond;
    }
    this.#answered = 0;
    this.#measuredSinceMs = nowMs;
    this.#isBusy = this.#young.size >= BUSY_FROM;
  }

  #forgetOld(nowMs: number): void {
    for (const visit of this.#young) {
      if (nowMs - visit.sinceMs < YOUNG_MS) return;
      this.#young.delete(visit);
    }
  }

  #forgetBegun(nowMs: number): void {
    if (nowMs - this.#lookedAtMs < LOOKED_AT_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    for (const visit of this.#young) if (visit.answer!.headersSent) this.leave(visit);
  }
}
