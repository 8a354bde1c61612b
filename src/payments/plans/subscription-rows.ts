import { newIdBeside } from '../../credits/plumbing.js';
import { rowsOf, type Database } from '../database.js';
import type { PaymentFacts } from '../provider.js';
import type { PurchaseRow } from '../purchase.js';
import type { SubscriptionFacts } from './plan-provider.js';
import type { SubscriptionRow } from './subscription.js';

const COLUMNS = `s.*, t.plan, t.credits, t.amount, t.currency, t.months
  FROM payments.subscriptions s JOIN payments.plan_terms t ON t.id = s.terms`;

/** Those of a user, the latest first. */
export function subscriptionsOf(database: Database, userId: string): Promise<SubscriptionRow[]> {
  const sql = `SELECT ${COLUMNS} WHERE s.user_id = $1 ORDER BY s.created_at DESC, s.id`;
  return rowsOf<SubscriptionRow>(database, sql, [userId]);
}

export async function findSubscription(database: Database, id: string): Promise<SubscriptionRow | undefined> {
  return (await rowsOf<SubscriptionRow>(database, `SELECT ${COLUMNS} WHERE s.id = $1`, [id]))[0];
}

/** From here to the end of the transaction nobody else changes it. */
export async function lockSubscription(tx: Database, id: string): Promise<SubscriptionRow> {
  await tx.query('SELECT FROM payments.subscriptions WHERE id = $1 FOR UPDATE', [id]);
  return (await findSubscription(tx, id))!;
}

/** A purchase pays for a period of a subscription, which is known from now on. */
export async function noteInvoice(
  { id, user_id: userId, terms, provider }: PurchaseRow,
  invoice: NonNullable<PaymentFacts['invoice']>,
  tx: Database,
): Promise<void> {
  const { ref, subscription, starts, ends } = invoice;
  await tx.query(
    `INSERT INTO payments.subscriptions (id, user_id, terms, provider, ref, state) VALUES ($1, $2, $3, $4, $5, 'active')
     ON CONFLICT ON CONSTRAINT subscriptions_ref_once DO NOTHING`,
    [newIdBeside(id), userId, terms, provider, subscription],
  );
  await tx.query(
    `UPDATE payments.purchases p
        SET invoice_ref = $2, period_starts_at = $3, period_ends_at = $4, subscription_id = s.id
       FROM payments.subscriptions s WHERE p.id = $1 AND s.ref = $5`,
    [id, ref, starts, ends, subscription],
  );
}

/**
 * Where a subscription is looked at next, when nothing is heard of it: daily, soon after a period ends, and every hour
 * while a payment is late.
 */
const NEXT_LOOK = `clock_timestamp() + CASE
  WHEN state = 'past_due' OR paid_until IS NULL OR paid_until <= clock_timestamp() THEN interval '1 hour'
  ELSE LEAST(interval '1 day', paid_until - clock_timestamp() + interval '10 minutes') END`;

/** False: a later look was noted already. A subscription that has ended stays ended, whatever is seen afterwards. */
export async function noteState(
  { id }: SubscriptionRow,
  facts: SubscriptionFacts,
  terms: string | null,
  lookedAt: string,
  tx: Database,
): Promise<boolean> {
  const noted = await rowsOf(
    tx,
    `WITH noted AS (
       UPDATE payments.subscriptions
          SET looked_at = $2, state = CASE WHEN state = 'ended' THEN state ELSE $3 END, paid_until = $4, cancels_at = $5,
              terms = COALESCE($6, terms)
        WHERE id = $1 AND (looked_at IS NULL OR looked_at < $2) RETURNING 1)
     SELECT FROM noted`,
    [id, lookedAt, facts.state, facts.paidUntil, facts.cancelsAt, terms],
  );
  if (noted.length === 0) return false;
  await tx.query(
    `UPDATE payments.subscriptions
        SET ended_at = CASE WHEN state = 'ended' THEN COALESCE(ended_at, clock_timestamp()) END,
            look_due_at = CASE WHEN state <> 'ended' THEN ${NEXT_LOOK} END
      WHERE id = $1`,
    [id],
  );
  return true;
}
