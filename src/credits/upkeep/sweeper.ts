import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { byServer, type Group, type Groups } from '../groups.js';
import type { LedgerConnection } from '../ledger-connection.js';
import { type KeptTimes, forgetAnswers, forgetEvents, forgetHolds } from './forgetting.js';
import { Recurring } from './recurring.js';

const SWEEP_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;
/** Rows of a kind that one sweep lets go: those that are due to settle wait no longer for it than a few hundredths of a second. */
const SHARE = 2_000;
/** A refill takes a millisecond or two of the statement that it rides in, and charges ride in the same. */
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
      this.done.overdueHolds += await this.#settleAll(
        connection,
        groups,
        (schema) => `SELECT h.expires_at AS due_at, w.user_id
         FROM ${schema}.running_holds h JOIN ${schema}.wallets w ON w.number = h.wallet
        WHERE h.expires_at <= clock_timestamp() AND (h.expires_at, w.user_id) > ($1::timestamptz, $2)
        ORDER BY h.expires_at, w.user_id LIMIT ${this.pageSize}`,
      );
      await this.#settleAll(
        connection,
        groups,
        (schema) => `SELECT due_at, user_id FROM ${schema}.wallets
        WHERE due_at <= clock_timestamp() AND (due_at, user_id) > ($1::timestamptz, $2)
        ORDER BY due_at, user_id LIMIT ${this.pageSize}`,
      );
    } catch (error) {
      this.#logger.warn(`sweep failed, next one in a second: ${String(error)}`);
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

  /**
   * A page at a time by (due_at, user_id): the cursor moves on over wallets that stay due because a hold protects
   * their expired credits, so those cannot keep others waiting. Answers how many rows were due.
   */
  async #settleAll(
    { pool }: LedgerConnection,
    groups: readonly Group[],
    pageOf: (schema: string) => string,
  ): Promise<number> {
    const pages = groups.map(({ database }) => `(${pageOf(database.schema)})`);
    const pageSql = `SELECT due_at::text, user_id FROM (${pages.join(' UNION ALL ')}) due
                      ORDER BY due.due_at, user_id LIMIT ${this.pageSize}`;
    let after = { due_at: '-infinity', user_id: '' };
    for (let due = 0; ;) {
      const { rows } = await pool.query<{ due_at: string; user_id: string }>(pageSql, [
        after.due_at,
        after.user_id,
      ]);
      await this.#settle(new Set(rows.map(({ user_id }) => user_id)));
      due += rows.length;
      if (rows.length < this.pageSize) return due;
      after = rows.at(-1)!;
    }
  }

  /** A wallet that somebody else has locked stays due; those behind it must not wait for it. */
  async #settle(users: Set<string>): Promise<void> {
    const waiting = [...users];
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
    this.#logger.warn(`${failures.length} wallets were not settled this time: ${String(failures[0])}`);
  }
}
