import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { counted } from '../counted.js';
import { byServer, type Group, type Groups } from '../groups.js';
import type { LedgerConnection } from '../ledger-connection.js';
import { DUE_WALLETS, OVERDUE_HOLDS, duePages } from './due-pages.js';
import { type KeptTimes, forgetAnswers, forgetEvents, forgetHolds } from './forgetting.js';
import { Recurring } from './recurring.js';
import { refillTogether } from './refills.js';

const SWEEP_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;
/** Rows of a kind that one sweep lets go: those that are due to settle wait no longer for it than a few hundredths of a second. */
const SHARE = 2_000;
/** A wallet takes a millisecond or two of the statement that it rides in, and charges ride in the same. */
const SETTLED_AT_ONCE = 16;

/**
 * Settles wallets whose time has come although nobody touches them, so a crashed request's credits are free and
 * expired credits are gone within about a second; lets go what is kept no longer. Several instances may sweep at once:
 * settling twice is nothing.
 */
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Since the process began. */
  readonly done = { sweeps: 0, overdueHolds: 0, forgottenAnswers: 0, forgottenEvents: 0, forgottenHolds: 0 };
  readonly #logger = new Logger('Credits');
  #forgetAfterMs = 0;
  readonly #sweeps = new Recurring(
    () => this.sweep(),
    SWEEP_EVERY_MS,
    (error) => this.#logger.warn(`sweep failed, next one in a second: ${String(error)}`),
  );

  constructor(
    private readonly groups: Groups,
    private readonly kept: KeptTimes = {},
    private readonly pageSize = 500,
  ) {}

  /** The first one at once: what a crash left behind may be overdue since long. */
  onApplicationBootstrap(): void {
    this.#sweeps.wake();
    this.#sweeps.start();
  }

  /** Must end before the pool does, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#sweeps.stop();
  }

  /** Wallets with a hold that nobody kept alive, then wallets with a grant that expired; what is old last. */
  async sweep(): Promise<void> {
    const servers = [...byServer(this.groups.present())];
    await Promise.all(servers.map(([connection, groups]) => this.#sweepServer(connection, groups)));
    if (performance.now() >= this.#forgetAfterMs) {
      const isAll = await this.forget();
      this.#forgetAfterMs = isAll ? performance.now() + FORGET_EVERY_MS : 0;
    }
    this.done.sweeps += 1;
  }

  /** What goes wrong on one server is no other's. */
  async #sweepServer(connection: LedgerConnection, groups: readonly Group[]): Promise<void> {
    try {
      await this.#freeHolds(connection, groups);
      let freeAgainAt = performance.now() + SWEEP_EVERY_MS;
      for await (const users of duePages(connection, groups, DUE_WALLETS, this.pageSize)) {
        await this.#settle(await refillTogether(this.groups, users));
        if (this.#sweeps.isOver) return;
        // Where many refills are due at once, that takes minutes; no hold waits for them.
        if (performance.now() < freeAgainAt) continue;
        await this.#freeHolds(connection, groups);
        freeAgainAt = performance.now() + SWEEP_EVERY_MS;
        this.done.sweeps += 1;
      }
    } catch (error) {
      this.#logger.warn(`sweep failed, next one in a second: ${String(error)}`);
    }
  }

  async #freeHolds(connection: LedgerConnection, groups: readonly Group[]): Promise<void> {
    for await (const users of duePages(connection, groups, OVERDUE_HOLDS, this.pageSize)) {
      await this.#settle(users);
      this.done.overdueHolds += users.length;
    }
  }

  /** A share of what is kept no longer; answers whether that was all of it. */
  async forget(): Promise<boolean> {
    let isAll = true;
    for (const group of this.groups.present()) {
      try {
        isAll = (await this.#forgetIn(group)) && isAll;
      } catch (error) {
        this.#logger.warn(`what is old stays for now: ${String(error)}`);
      }
    }
    return isAll;
  }

  async #forgetIn({ connection, database }: Group): Promise<boolean> {
    const what = { pool: connection.pool, schema: database.schema, most: SHARE };
    const answers = await forgetAnswers(what, this.kept);
    const events = await forgetEvents(what, this.kept);
    const holds = await forgetHolds(what, this.kept);
    this.done.forgottenAnswers += answers;
    this.done.forgottenEvents += events;
    this.done.forgottenHolds += holds;
    return Math.max(answers, events, holds) < SHARE;
  }

  /** A wallet that somebody else has locked stays due; those behind it must not wait for it. */
  async #settle(users: readonly string[]): Promise<void> {
    const waiting = [...new Set(users)];
    const failures: unknown[] = [];
    while (waiting.length > 0) {
      const settling = waiting.splice(0, SETTLED_AT_ONCE).map((user_id) =>
        this.groups
          .of(user_id)
          .ledger.apply({ verb: 'settle', user_id })
          .catch((error: unknown) => failures.push(error)),
      );
      await Promise.all(settling);
    }
    if (failures.length === 0) return;
    this.#logger.warn(`${counted(failures.length, 'wallet')} not settled this time: ${String(failures[0])}`);
  }
}
