import type { EntityManager } from 'typeorm';
import { newIdBeside } from '../../credits/plumbing.js';
import type { WalletDatabase } from '../../database/wallet-database.js';
import { rowsOf } from '../database.js';
import type { PlanOrder, PlanProvider, SubscriptionFacts } from '../plans/plan-provider.js';
import type { Terms } from '../plans/terms.js';
import type { Frozen } from '../provider.js';
import type { Checkout } from '../checkout.js';

/** Of a plan. */
export interface DemoPlanOrder {
  price?: string;
  trialDays?: number | null;
}

/** A subscription as the demo's bank has it. */
interface Row {
  state: 'trialing' | 'active' | 'ended';
  price: string;
  paid_until: Date;
  cancels_at: Date | null;
}

/** When a period is over, the next one begins and is paid at once, unless the subscription was cancelled. One period a call. */
const RENEW_SQL = `
  WITH due AS (
    SELECT s.ref, s.paid_until, s.cancels_at, t.* FROM payments.demo_subscriptions s
      JOIN payments.plan_terms t ON t.price_ref = s.price
     WHERE s.ref = $1 AND s.ended_at IS NULL AND s.paid_until <= clock_timestamp()
       FOR UPDATE OF s
  ), paid AS (
    INSERT INTO payments.demo_checkouts (ref, purchase_id, credits, amount, currency, price, subscription, paid_at, starts_at, ends_at)
    SELECT 'demo_' || $2, $2::uuid, credits * months, amount, currency, price_ref, due.ref, paid_until, paid_until,
           paid_until + make_interval(months => months)
      FROM due WHERE cancels_at IS NULL
  )
  UPDATE payments.demo_subscriptions s
     SET is_trial = false, ended_at = due.cancels_at,
         paid_until = CASE WHEN due.cancels_at IS NULL THEN due.paid_until + make_interval(months => months)
                           ELSE s.paid_until END
    FROM due WHERE s.ref = due.ref RETURNING s.ended_at`;

const LOOK_SQL = `
  SELECT price, paid_until, cancels_at,
         CASE WHEN ended_at IS NOT NULL THEN 'ended' WHEN is_trial THEN 'trialing' ELSE 'active' END AS state
    FROM payments.demo_subscriptions WHERE ref = $1`;

const ACTS = {
  renew: `UPDATE payments.demo_subscriptions SET paid_until = clock_timestamp() WHERE ref = $1 AND ended_at IS NULL`,
  cancel: `UPDATE payments.demo_subscriptions SET cancels_at = paid_until WHERE ref = $1 AND ended_at IS NULL`,
  keep: `UPDATE payments.demo_subscriptions SET cancels_at = NULL WHERE ref = $1 AND ended_at IS NULL`,
} as const;

export type DemoPlanAct = keyof typeof ACTS;
export const DEMO_PLAN_ACTS = Object.keys(ACTS) as DemoPlanAct[];

/** The demo's plans. A subscriber pays again when a period is over: in real time, or when a button ends it. */
export class DemoPlans implements PlanProvider {
  readonly account = 'demo';

  constructor(
    private readonly databases: WalletDatabase,
    private readonly origin: () => string,
    private readonly checkout: (order: Frozen & DemoPlanOrder) => Promise<Checkout>,
  ) {}

  async priceOf({ id }: Terms): Promise<string> {
    return `demo_price_${id}`;
  }

  async customerOf(id: string): Promise<string> {
    return `demo_customer_${id}`;
  }

  subscribe({ id, price, trialDays, terms }: PlanOrder): Promise<Checkout> {
    const { credits, months, currency } = terms;
    const amount = trialDays === null ? terms.amount : 0;
    return this.checkout({ id, credits: credits * months, amount, currency, price, trialDays });
  }

  /** A checkout of a plan that was paid begins it. */
  async begin(checkout: string, database: EntityManager): Promise<void> {
    await rowsOf(
      database,
      `WITH paid AS (
         UPDATE payments.demo_checkouts c
            SET subscription = 'demo_sub_' || purchase_id, starts_at = paid_at,
                ends_at = paid_at + CASE WHEN trial_days IS NULL THEN make_interval(months => t.months)
                                         ELSE make_interval(days => trial_days) END
           FROM payments.plan_terms t
          WHERE c.ref = $1 AND t.price_ref = c.price AND paid_at IS NOT NULL AND subscription IS NULL
         RETURNING c.*)
       INSERT INTO payments.demo_subscriptions (ref, price, paid_until, is_trial)
       SELECT subscription, price, ends_at, trial_days IS NOT NULL FROM paid`,
      [checkout],
    );
  }

  async lookAt(ref: string): Promise<SubscriptionFacts | undefined> {
    const database = this.#databaseOf(ref);
    let renewed: unknown[];
    do renewed = await database.query<unknown[]>(RENEW_SQL, [ref, newIdBeside(idIn(ref))]).then(rowsIn);
    while (renewed.length > 0);
    const [row] = await rowsOf<Row>(database, LOOK_SQL, [ref]);
    if (row === undefined) return undefined;
    const { price, state, paid_until: paidUntil, cancels_at: cancelsAt } = row;
    return { state, price, paidUntil, cancelsAt, invoices: await this.#invoices(ref, database) };
  }

  async change(ref: string, price: string, purchaseId: string | null): Promise<string | null> {
    const database = this.#databaseOf(ref);
    await rowsOf(database, 'UPDATE payments.demo_subscriptions SET price = $2 WHERE ref = $1', [ref, price]);
    if (purchaseId === null) return null;
    await rowsOf(
      database,
      `WITH paid AS (
         INSERT INTO payments.demo_checkouts (ref, purchase_id, credits, amount, currency, price, subscription, paid_at, starts_at, ends_at)
         SELECT 'demo_' || $2, $2::uuid, credits * months, amount, currency, price_ref, $1, now(), now(),
                now() + make_interval(months => months)
           FROM payments.plan_terms WHERE price_ref = $3
         ON CONFLICT DO NOTHING RETURNING ends_at)
       UPDATE payments.demo_subscriptions s SET paid_until = paid.ends_at FROM paid WHERE s.ref = $1`,
      [ref, purchaseId, price],
    );
    return `demo_${purchaseId}`;
  }

  async end(ref: string): Promise<void> {
    const sql = `UPDATE payments.demo_subscriptions SET ended_at = COALESCE(ended_at, clock_timestamp()) WHERE ref = $1`;
    await rowsOf(this.#databaseOf(ref), sql, [ref]);
  }

  async portal(customer: string): Promise<string> {
    return `${this.origin()}/demo-checkout/plans/${customer}`;
  }

  /** What the portal page shows; undefined for an unknown customer. */
  async ofCustomer(
    customer: string,
  ): Promise<{ ref: string; plan: string; facts: SubscriptionFacts }[] | undefined> {
    const id = idIn(customer);
    // It comes back in the page.
    if (!UUID.test(id) || customer !== `demo_customer_${id}`) return undefined;
    const rows = await rowsOf<{ ref: string; plan: string }>(
      this.databases.ofId(id),
      `SELECT s.ref, t.plan FROM payments.customers c
         JOIN payments.subscriptions s ON s.user_id = c.user_id
         JOIN payments.plan_terms t ON t.id = s.terms WHERE c.id = $1 ORDER BY s.created_at DESC`,
      [id],
    );
    const all = await Promise.all(rows.map(async (row) => ({ ...row, facts: await this.lookAt(row.ref) })));
    return all.flatMap(({ facts, ...row }) => (facts === undefined ? [] : [{ ...row, facts }]));
  }

  async act(ref: string, act: DemoPlanAct): Promise<void> {
    if (UUID.test(idIn(ref))) await rowsOf(this.#databaseOf(ref), ACTS[act], [ref]);
  }

  async #invoices(ref: string, database: EntityManager): Promise<SubscriptionFacts['invoices']> {
    const rows = await rowsOf<{
      ref: string;
      id: string;
      currency: string;
      price: string;
      amount: string;
      starts: Date;
      ends: Date;
    }>(
      database,
      `SELECT ref, purchase_id AS id, currency, price, amount, starts_at AS starts, ends_at AS ends
         FROM payments.demo_checkouts WHERE subscription = $1 AND paid_at <= clock_timestamp()`,
      [ref],
    );
    return rows.map(({ ref: invoice, id, currency, ...line }) => {
      const amount = Number(line.amount);
      const common = { ref: invoice, isPaid: true, purchaseId: id, currency, total: amount, fromBalance: 0 };
      return { ...common, lines: [{ ...line, amount }] };
    });
  }

  #databaseOf(ref: string): EntityManager {
    return this.databases.ofId(idIn(ref));
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every name of the demo's ends in an id of the wallet's group. */
const idIn = (ref: string) => ref.slice(-36);

/** TypeORM answers an UPDATE that returns rows with these and their count. */
const rowsIn = (answer: unknown[]): unknown[] =>
  Array.isArray(answer[0]) ? (answer[0] as unknown[]) : answer;
