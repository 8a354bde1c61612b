import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WalletDatabase } from '../database/wallet-database.js';
import { Recurring } from '../credits/plumbing.js';
import { rowsOf } from './database.js';
import { SubscriptionLooks } from './plans/subscription-looks.js';
import { Looks } from './looks.js';
import { ProviderEvents } from './provider-events.js';
import { PAYMENT_PROVIDER, type Hint, type PaymentProvider } from './provider.js';
import { cannotLook } from './problems.js';
import { expireUnseen, MONEY_MAY_COME_FOR } from './unseen.js';
import { PurchaseVitals } from './purchase-vitals.js';
import { Refunds } from './refunds.js';

const SWEEP_EVERY_MS = 5_000;
const PAGE_SIZE = 20;
/** Since when to read each list, and when that began. */
interface News {
  reversedSince: Date;
  begunSince: Date;
  until: string;
}

/** Finds what no event told us and no buyer asked about, by looking. One instance does it, whichever is free. */
@Injectable()
export class PurchaseSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Payments');
  readonly #sweeps = new Recurring(
    () => this.sweep(),
    SWEEP_EVERY_MS,
    (error) => this.#logger.warn(`sweep failed, next one in five seconds: ${String(error)}`),
  );

  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly looks: Looks,
    private readonly events: ProviderEvents,
    private readonly refunds: Refunds,
    private readonly vitals: PurchaseVitals,
    private readonly subscriptions: SubscriptionLooks,
    private readonly databases: WalletDatabase,
  ) {}

  onApplicationBootstrap(): void {
    if (this.provider !== null) this.#sweeps.start();
  }

  /** Must end before the connections do, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#sweeps.stop();
  }

  /** Looks at everything that is due, or at every open purchase; and reads the provider's lists once an hour. */
  async sweep({ all = false } = {}): Promise<void> {
    if (this.provider === null) {
      if (all) throw cannotLook('Nothing is sold here (PAYMENTS=off), so there is nobody to ask.');
      return;
    }
    await this.refunds.carryOutLost();
    await this.databases.each(
      (database) => this.#sweep(database, all),
      (error) => this.#logger.warn(`purchases on a server wait for the next sweep: ${String(error)}`),
    );
    await this.vitals.ask({ now: all });
    if (this.#sweeps.isOver) return;
    const since = await this.#claimNews(all);
    if (since !== undefined) await this.#readNews(since);
  }

  async #sweep(database: EntityManager, all: boolean): Promise<void> {
    if (this.#sweeps.isOver) return;
    await expireUnseen(database, this.provider!.name);
    await this.#lookAtDue('purchases', database, all, (id) => this.looks.look(id));
    await this.#lookAtDue('subscriptions', database, all, (id) => this.subscriptions.look(id));
  }

  async #lookAtDue(
    what: 'purchases' | 'subscriptions',
    database: EntityManager,
    all: boolean,
    look: (id: string) => Promise<unknown>,
  ): Promise<void> {
    if (all) {
      const sql = `UPDATE payments.${what} SET look_due_at = now() WHERE look_due_at IS NOT NULL`;
      await rowsOf(database, sql, []);
    }
    let due: string[];
    do {
      due = await this.#claimDue(what, database);
      for (const id of due) await this.#try(`${what.slice(0, -1)} ${id}`, () => look(id));
    } while (due.length > 0 && !this.#sweeps.isOver);
  }

  async #claimDue(what: 'purchases' | 'subscriptions', database: EntityManager): Promise<string[]> {
    const ref = what === 'purchases' ? 'session_ref' : 'ref';
    // Even if the look fails, the next one is not due now.
    const rows = await rowsOf<{ id: string }>(
      database,
      `WITH due AS (
         UPDATE payments.${what} SET look_due_at = clock_timestamp() + interval '10 minutes'
          WHERE id IN (SELECT id FROM payments.${what}
                        WHERE look_due_at <= (SELECT clock_timestamp()) AND provider = $1 AND ${ref} IS NOT NULL
                        ORDER BY look_due_at LIMIT ${PAGE_SIZE} FOR UPDATE SKIP LOCKED)
         RETURNING id)
       SELECT id FROM due`,
      [this.provider!.name],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Since when to read, for the one instance that does. What went back is listed from when it did, with an hour of overlap
   * for lists that lag behind; what was paid is listed by when its checkout began.
   */
  async #claimNews(now: boolean): Promise<News | undefined> {
    const { name } = this.provider!;
    await this.#rows('INSERT INTO payments.watches (provider) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    const [claimed] = await this.#rows<News>(
      `WITH claimed AS (
         UPDATE payments.watches SET claimed_until = clock_timestamp() + interval '5 minutes'
          WHERE provider = $1 AND claimed_until <= clock_timestamp()
            AND ($2 OR read_until < clock_timestamp() - interval '1 hour')
         RETURNING read_until)
       SELECT read_until - interval '1 hour' AS "reversedSince", read_until - ${MONEY_MAY_COME_FOR} AS "begunSince",
              clock_timestamp()::text AS until FROM claimed`,
      [name, now],
    );
    return claimed;
  }

  async #readNews({ reversedSince, begunSince, until }: News): Promise<void> {
    const { provider, events } = this;
    let isWhole = false;
    try {
      const paid = provider!.paidOfThoseBegunSince(begunSince);
      const isAllPaid = await this.#followAll(paid, (hint) => events.catchUp(hint));
      const reversed = provider!.reversedSince(reversedSince);
      isWhole = (await this.#followAll(reversed, (hint) => events.follow(hint))) && isAllPaid;
    } finally {
      await this.#rows(
        `UPDATE payments.watches
            SET claimed_until = '-infinity', read_until = CASE WHEN $3 THEN $2::timestamptz ELSE read_until END
          WHERE provider = $1`,
        [provider!.name, until, isWhole],
      );
    }
  }

  /** False: not all could be looked at, so the list must be read again. */
  async #followAll(news: AsyncIterable<Hint>, look: (hint: Hint) => Promise<void>): Promise<boolean> {
    let isWhole = true;
    for await (const hint of news) {
      if (this.#sweeps.isOver) return false;
      isWhole = (await this.#try(`checkout ${hint.ref}`, () => look(hint))) && isWhole;
    }
    return isWhole;
  }

  async #try(what: string, look: () => Promise<unknown>): Promise<boolean> {
    try {
      await look();
      return true;
    } catch (error) {
      this.#logger.warn(`${what} waits for the next look: ${String(error)}`);
      return false;
    }
  }

  /** How far the provider's lists were read stands in one place. */
  #rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    return rowsOf<Row>(this.databases.common(), sql, values);
  }
}
