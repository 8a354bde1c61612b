import type { EntityManager } from 'typeorm';
import { ProblemException } from '../problems/problem.exception.js';
import { rowsOf, type Database } from './database.js';
import { insertPurchase, type NewPurchase } from './new-purchase.js';
import type { PurchaseRow } from './purchase.js';

/** Checkouts that one user may have open at once: each is one at the provider, too. */
const MOST_OPEN = 20;
/** How long a provider remembers the key of a checkout whose answer was lost. */
export const BEGINS_AGAIN_FOR_HOURS = 23;
/** Longer than anybody waits for a provider's answer. */
const TURN = `clock_timestamp() + interval '2 minutes'`;

/**
 * Writes the row of a purchase that is to have a checkout, and takes its turn at the provider. A row whose checkout
 * could not be opened is taken again, under the new key, so failures do not pile up. Undefined: it has begun already.
 *
 * @throws ProblemException rate_limited
 */
export async function writePurchase(tx: EntityManager, purchase: NewPurchase): Promise<string | undefined> {
  await requireRoom(tx, purchase.user_id, purchase.id);
  const again = await takeAgain(tx, purchase);
  if (again !== undefined) return again;
  if (purchase.terms != null) await giveWay(tx, purchase);
  return (await insertPurchase(tx, purchase)) ? purchase.id : undefined;
}

/** Takes the turn of a purchase that has no checkout. @throws ProblemException rate_limited */
export async function takeTurn(
  tx: EntityManager,
  { id, user_id: userId }: Pick<PurchaseRow, 'id' | 'user_id'>,
): Promise<void> {
  await requireRoom(tx, userId!, id);
  await tx.query(`UPDATE payments.purchases SET begins_until = ${TURN} WHERE id = $1`, [id]);
}

/** The provider gave no checkout: the room is free again. */
export async function endTurn(database: Database, id: string): Promise<void> {
  const sql = `UPDATE payments.purchases SET begins_until = NULL WHERE id = $1 AND session_ref IS NULL`;
  await database.query(sql, [id]);
}

/**
 * Counting, and what is written after it, are one decision: whoever else wants a checkout for this user waits for the
 * end of the transaction.
 */
async function requireRoom(tx: EntityManager, userId: string, id: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`checkouts of ${userId}`]);
  const [row] = await rowsOf<{ open: number }>(
    tx,
    `SELECT count(*)::int AS open FROM payments.purchases
      WHERE user_id = $1 AND id <> $2 AND state = 'open'
        AND (session_ref IS NOT NULL OR begins_until > clock_timestamp())`,
    [userId, id],
  );
  if (row!.open < MOST_OPEN) return;
  throw new ProblemException('rate_limited', `No more than ${MOST_OPEN} checkouts may be open at once.`);
}

/** One of the same offer, whose address nobody was ever shown. The key that it had begins another when it comes again. */
async function takeAgain(tx: EntityManager, purchase: NewPurchase): Promise<string | undefined> {
  const {
    user_id,
    offer,
    credits,
    amount,
    currency,
    expires_months = null,
    provider,
    request_key,
    terms = null,
    trial_days = null,
  } = purchase;
  const [row] = await rowsOf<{ id: string }>(
    tx,
    `WITH taken AS (
       UPDATE payments.purchases SET request_key = $8, begins_until = ${TURN}
        WHERE id = (SELECT id FROM payments.purchases
                     WHERE user_id = $1 AND offer = $2 AND credits = $3 AND amount = $4 AND currency = $5
                       AND expires_months IS NOT DISTINCT FROM $6::int AND provider = $7
                       AND terms IS NOT DISTINCT FROM $9::uuid AND trial_days IS NOT DISTINCT FROM $10::int
                       AND subscription_id IS NULL
                       AND state = 'open' AND session_ref IS NULL
                       AND COALESCE(begins_until, '-infinity') <= clock_timestamp()
                       AND created_at > clock_timestamp() - interval '${BEGINS_AGAIN_FOR_HOURS} hours'
                     ORDER BY created_at DESC LIMIT 1)
          AND NOT EXISTS (SELECT FROM payments.purchases WHERE user_id = $1 AND request_key = $8)
       RETURNING id)
     SELECT id FROM taken`,
    [user_id, offer, credits, amount, currency, expires_months, provider, request_key, terms, trial_days],
  );
  return row?.id;
}

/** Of plans one is bought at a time: another one that has no checkout is not to get one any more. */
async function giveWay(tx: EntityManager, { user_id: userId }: NewPurchase): Promise<void> {
  await tx.query(
    `UPDATE payments.purchases SET state = 'expired', look_due_at = NULL
      WHERE user_id = $1 AND terms IS NOT NULL AND state = 'open' AND session_ref IS NULL AND invoice_ref IS NULL`,
    [userId],
  );
}
