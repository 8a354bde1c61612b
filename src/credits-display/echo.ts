import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

export const ECHO_CHANNEL = 'credits_echo';
const EVERY_MS = 1_000;
/** An echo is an answer for so long after its call was sent. */
const LASTS_MS = 2_500;

/** Nobody waits for the disk on its account: what it proves is over in seconds. */
const CALL = `SELECT pg_notify('${ECHO_CHANNEL}', $1), set_config('synchronous_commit', 'off', true)`;

/**
 * Calls through the pool, where changes are made, and listens for the echo where changes are heard. A pooler in between
 * accepts LISTEN and answers every heartbeat, and yet nothing is ever heard; another server might answer, too.
 */
export class Echo {
  readonly #id = randomUUID();
  readonly #calledAtMs = new Map<string, number>();
  #calls = 0;
  #heardUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  start(): void {
    this.#timer = setInterval(() => this.call(), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  call(): void {
    const nonce = `${this.#id} ${(this.#calls += 1)}`;
    const now = performance.now();
    for (const [old, calledAtMs] of this.#calledAtMs) {
      if (calledAtMs + LASTS_MS < now) this.#calledAtMs.delete(old);
    }
    this.#calledAtMs.set(nonce, now);
    // A pool that is busy or away is told of elsewhere; here it is just not heard.
    this.pool.query(CALL, [nonce]).catch(() => undefined);
  }

  /** Another instance's call is none of ours. */
  hear(nonce: string): void {
    const calledAtMs = this.#calledAtMs.get(nonce);
    if (calledAtMs !== undefined) this.#heardUntilMs = calledAtMs + LASTS_MS;
  }

  /** Until when what was heard is an answer; on the clock of `performance.now()`. */
  get heardUntilMs(): number {
    return this.#heardUntilMs;
  }
}
