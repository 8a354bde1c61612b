import type { EntityManager } from 'typeorm';
import type { WalletDatabase } from '../../database/wallet-database.js';
import { rowsOf } from '../database.js';
import {
  RefundRefusedError,
  type PaymentFacts,
  type Frozen,
  type PaymentProvider,
  type ReversalFact,
} from '../provider.js';
import { DemoPlans, type DemoPlanOrder } from './demo-plans.js';
import type { Checkout } from '../checkout.js';

/** A checkout of the demo's bank. */
export interface DemoCheckout {
  ref: string;
  /** Our id of what is bought. */
  purchase: string;
  credits: number;
  amount: number;
  currency: string;
  state: PaymentFacts['state'];
  isPending: boolean;
  reversals: ReversalFact[];
  /** Of a plan that was paid for. */
  subscription: string | null;
  starts: Date;
  ends: Date;
}

interface Row extends Omit<DemoCheckout, 'credits' | 'amount'> {
  credits: string;
  amount: string;
}

const FIND_SQL = `
  SELECT c.ref, c.purchase_id AS purchase, c.credits, c.amount, c.currency, c.subscription, c.starts_at AS starts, c.ends_at AS ends, COALESCE(c.paid_at > clock_timestamp(), false) AS "isPending",
         CASE WHEN c.declined_at IS NOT NULL THEN 'failed' WHEN c.paid_at <= clock_timestamp() THEN 'paid'
              WHEN c.paid_at IS NULL AND c.expires_at <= clock_timestamp() THEN 'expired' ELSE 'open' END AS state,
         COALESCE((SELECT jsonb_agg(jsonb_build_object(
                            'ref', r.ref, 'kind', r.kind, 'back', r.amount,
                            'ours', CASE WHEN r.ref LIKE 're\\_%' THEN substr(r.ref, 4) END))
                     FROM payments.demo_reversals r WHERE r.checkout = c.ref), '[]') AS reversals
    FROM payments.demo_checkouts c WHERE c.ref = $1`;

/** What its buttons do at the bank. A button does nothing where the state of the checkout does not allow it. */
const ACTS = {
  pay: `UPDATE payments.demo_checkouts SET paid_at = clock_timestamp()
         WHERE ref = $1 AND paid_at IS NULL AND declined_at IS NULL AND expires_at > clock_timestamp()`,
  'pay-in-a-minute': `UPDATE payments.demo_checkouts SET paid_at = clock_timestamp() + interval '1 minute'
         WHERE ref = $1 AND paid_at IS NULL AND declined_at IS NULL AND expires_at > clock_timestamp()`,
  decline: `UPDATE payments.demo_checkouts SET declined_at = clock_timestamp() WHERE ref = $1 AND paid_at IS NULL`,
  refund: `INSERT INTO payments.demo_reversals (ref, checkout, kind, amount)
           SELECT 'bank_' || gen_random_uuid(), ref, 'refund', amount FROM payments.demo_checkouts
            WHERE ref = $1 AND paid_at <= clock_timestamp()
              AND NOT EXISTS (SELECT FROM payments.demo_reversals r WHERE r.checkout = $1 AND r.ref LIKE 'bank\\_%')`,
  dispute: `INSERT INTO payments.demo_reversals (ref, checkout, kind, amount)
            SELECT 'dp_' || ref, ref, 'dispute', amount FROM payments.demo_checkouts
             WHERE ref = $1 AND paid_at <= clock_timestamp()
            ON CONFLICT (ref) DO UPDATE SET amount = excluded.amount`,
  win: `UPDATE payments.demo_reversals SET amount = 0 WHERE checkout = $1 AND kind = 'dispute'`,
} as const;

/** With the purchase's id in it. */
const REF = /^demo_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type DemoAct = keyof typeof ACTS;
export const DEMO_ACTS = Object.keys(ACTS) as DemoAct[];

/** Plays a payment provider: its bank is two tables, its checkout a page of this server. No money is involved. */
export class DemoProvider implements PaymentProvider {
  readonly name = 'demo';
  readonly canHear = false;
  readonly plans: DemoPlans;

  constructor(
    private readonly databases: WalletDatabase,
    private readonly origin: () => string,
    /** A command of an operator serves nobody, and may not know the server's address. */
    private readonly isServing: () => boolean = () => true,
  ) {
    this.plans = new DemoPlans(databases, origin, (order) => this.begin(order));
  }

  async begin({ id, credits, amount, currency, ...plan }: Frozen & DemoPlanOrder): Promise<Checkout> {
    const ref = `demo_${id}`;
    const database = this.databases.ofId(id);
    await rowsOf(
      database,
      `INSERT INTO payments.demo_checkouts (ref, purchase_id, credits, amount, currency, price, trial_days)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT demo_checkouts_once DO NOTHING`,
      [ref, id, credits, amount, currency, plan.price ?? null, plan.trialDays ?? null],
    );
    const [row] = await rowsOf<{ expires_at: Date }>(
      database,
      'SELECT expires_at FROM payments.demo_checkouts WHERE ref = $1',
      [ref],
    );
    return { ref, url: `${this.origin()}/demo-checkout/${ref}`, expiresAt: row!.expires_at };
  }

  async look(ref: string): Promise<PaymentFacts | undefined> {
    const checkout = await this.find(ref);
    if (checkout === undefined) return undefined;
    const { amount, state, isPending, currency, reversals, subscription, starts, ends } = checkout;
    return {
      state,
      isPending,
      subtotal: amount,
      currency,
      paid: state === 'paid' ? amount : 0,
      paymentRef: null,
      reversals,
      receiptUrl: state === 'paid' && this.isServing() ? `${this.origin()}/demo-checkout/${ref}` : null,
      invoice: subscription === null ? null : { ref, subscription, starts, ends, fromBalance: 0 },
    };
  }

  async abandon(ref: string): Promise<void> {
    const sql = `UPDATE payments.demo_checkouts SET expires_at = clock_timestamp() WHERE ref = $1 AND paid_at IS NULL`;
    await rowsOf(this.#databaseOf(ref), sql, [ref]);
  }

  /** It never calls: looking suffices. */
  async hear(): Promise<undefined> {}

  async refund(ref: string, { id, amount }: { id: string; amount: number }): Promise<void> {
    const checkout = await this.find(ref);
    if (checkout === undefined) throw new RefundRefusedError('there is no such checkout');
    const { state, amount: paid, reversals } = checkout;
    const others = reversals.filter(({ ours }) => ours !== id);
    const back = others.reduce((sum, reversal) => sum + reversal.back, 0);
    if (state !== 'paid' || back + amount > paid) throw new RefundRefusedError('so much is not left of it');
    await rowsOf(
      this.#databaseOf(ref),
      `INSERT INTO payments.demo_reversals (ref, checkout, kind, amount) VALUES ($1, $2, 'refund', $3)
       ON CONFLICT (ref) DO NOTHING`,
      [`re_${id}`, ref, amount],
    );
  }

  async *reversedSince(): AsyncGenerator<never> {}

  async *paidOfThoseBegunSince(): AsyncGenerator<never> {}

  async find(ref: string): Promise<DemoCheckout | undefined> {
    if (!REF.test(ref)) return undefined;
    const [row] = await rowsOf<Row>(this.#databaseOf(ref), FIND_SQL, [ref]);
    return row && { ...row, credits: Number(row.credits), amount: Number(row.amount) };
  }

  async act(ref: string, act: DemoAct): Promise<void> {
    const database = this.#databaseOf(ref);
    await rowsOf(database, ACTS[act], [ref]);
    await this.plans.begin(ref, database);
  }

  #databaseOf(ref: string): EntityManager {
    return this.databases.ofId(ref.slice('demo_'.length));
  }
}
