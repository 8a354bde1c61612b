import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Recurring } from '../upkeep/recurring.js';
import type { Backlog, Claimed, Deliveries } from './deliveries.js';
import type { Attempt, CreditsEvent, CreditsEventType } from './event.js';

export interface CourierOptions {
  types: readonly CreditsEventType[];
  lowBalance: number;
  expiryNoticeDays: number;
  /** One attempt; it never rejects, and ends soon when it is stopped. */
  deliver: (event: CreditsEvent, stop: AbortSignal) => Promise<Attempt>;
}

const LOOK_EVERY_MS = 1_000;
const MEASURE_EVERY_MS = 15_000;
const LISTEN_EVERY_MS = 3_600_000;
/** Attempts at once. Fewer receivers than this that hang keep no other waiting, and a charge never waits for any. */
const SLOTS = 20;
/** From one attempt's beginning to the next, at least: a post takes the processor for a millisecond, and charges ride between. */
const APART_MS = 5;
/** Where that time was over late, the process has enough to do: so many times as late again, up to a fifth of a second. */
const TIMES_AS_LATE = 4;
const LONGEST_REST_MS = 200;
/** While most slots are taken, from one look for free ones to the next. */
const PAUSE_MS = 50;
/** How long attempts that run when the process ends may take to finish. */
const PATIENCE_MS = 1_000;

/** Delivers in one way what waits in the outbox, beside as many other instances as there are. */
export class Courier {
  /** Attempts by what came of them, since the process began. */
  readonly attempts: Record<string, number> = {};
  /** As it was seen last. */
  backlog: Backlog = { waiting: 0, oldestSeconds: 0 };
  readonly #logger = new Logger('Events');
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #onFailure = (error: unknown) => this.#logger.warn(`events wait for a second: ${String(error)}`);
  readonly #looks = new Recurring(() => this.#look(), LOOK_EVERY_MS, this.#onFailure);
  #listensUntil = 0;
  #measuredUntil = 0;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly options: CourierOptions,
  ) {}

  /** Registers its listeners before anything happens here; if that cannot be written now, a second later. */
  async start(): Promise<void> {
    await this.#listen().catch(this.#onFailure);
    this.#looks.start();
  }

  async stop(): Promise<void> {
    await this.#looks.stop();
    await Promise.race([Promise.all(this.#running), delay(PATIENCE_MS, undefined, { ref: false })]);
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#looks.wake();
  }

  /** Goes on while more may be waiting than was fetched. */
  async #look(): Promise<void> {
    do {
      await this.#prepare();
      // Half of the slots at a time, if it can be, so that a long backlog is fetched in few statements.
      if (this.#running.size > SLOTS / 2) await delay(PAUSE_MS);
    } while ((await this.#fill()) && !this.#looks.isOver);
  }

  async #prepare(): Promise<void> {
    const now = performance.now();
    if (now >= this.#listensUntil) await this.#listen();
    if (now >= this.#measuredUntil) {
      this.#measuredUntil = now + MEASURE_EVERY_MS;
      this.backlog = await this.deliveries.backlog();
    }
  }

  /** Answers whether every slot that was free has an event now, and more may be waiting. */
  async #fill(): Promise<boolean> {
    const free = SLOTS - this.#running.size;
    const claimed = free === 0 ? [] : await this.deliveries.claim(this.options.types, free);
    for (const one of claimed) {
      this.#begin(one);
      await rest();
    }
    return claimed.length === free;
  }

  #begin(claimed: Claimed): void {
    const attempt = this.#attempt(claimed)
      .catch((error: unknown) => this.#logger.warn(`${claimed.event.id} is told again: ${String(error)}`))
      .finally(() => this.#running.delete(attempt));
    this.#running.add(attempt);
  }

  async #attempt(claimed: Claimed): Promise<void> {
    const { deliver } = this.options;
    const attempt = await deliver(claimed.event, this.#stop.signal);
    if (this.#stop.signal.aborted && attempt.result !== 'delivered') return this.deliveries.giveBack(claimed);
    this.attempts[attempt.result] = (this.attempts[attempt.result] ?? 0) + 1;
    await this.deliveries.note(claimed, attempt);
  }

  async #listen(): Promise<void> {
    const { types, lowBalance, expiryNoticeDays } = this.options;
    await this.deliveries.listen(types, lowBalance, expiryNoticeDays);
    this.#listensUntil = performance.now() + LISTEN_EVERY_MS;
  }
}

async function rest(): Promise<void> {
  const until = performance.now() + APART_MS;
  await delay(APART_MS);
  const lateMs = performance.now() - until;
  if (lateMs > 1) await delay(Math.min(lateMs * TIMES_AS_LATE, LONGEST_REST_MS));
}
