import { rowsOf, type Database } from './database.js';
import type { PurchaseRow } from './purchase.js';

/*
 * Purchases and subscriptions that nobody can look at: their provider is not in use any more, or it does not know them, as
 * after a change of the key. What was paid stays what it is. What is open ends when it would have ended there, and where
 * the provider comes back and says that it was paid, it is honoured as every late payment is.
 */

/** So long after a checkout began money may come: a day it lives, and a bank takes up to fourteen working days. */
export const MONEY_MAY_COME_FOR = `interval '21 days'`;

const IS_OVER = `state = 'open' AND clock_timestamp() >
  COALESCE(session_expires_at, created_at + interval '1 day')
  + CASE WHEN is_pending OR invoice_ref IS NOT NULL THEN ${MONEY_MAY_COME_FOR} ELSE interval '0' END`;

/** One that could not be looked at. */
export async function noteUnseen(database: Database, id: string): Promise<void> {
  await rowsOf(
    database,
    `UPDATE payments.purchases
        SET state = CASE WHEN ${IS_OVER} THEN 'expired' ELSE state END,
            look_due_at = CASE WHEN look_due_at IS NULL OR ${IS_OVER} THEN NULL
                               WHEN state = 'open' THEN clock_timestamp() + interval '1 hour'
                               ELSE clock_timestamp() + interval '1 day' END
      WHERE id = $1`,
    [id],
  );
}

/**
 * All that nobody looks at: of other providers, and those whose checkout never came to be. The address of these was never
 * shown, so nobody can pay there, and the provider forgets the key of such a checkout within a day.
 */
export async function expireUnseen(database: Database, provider: string): Promise<void> {
  await rowsOf(
    database,
    `UPDATE payments.purchases SET state = 'expired', look_due_at = NULL
      WHERE look_due_at <= (SELECT clock_timestamp()) AND (session_ref IS NULL OR provider <> $1) AND ${IS_OVER}`,
    [provider],
  );
}

/** One at which nobody is to pay any more. Where it has another checkout by now, it stays. */
export async function expireNow(
  database: Database,
  { id, session_ref: ref }: Pick<PurchaseRow, 'id' | 'session_ref'>,
): Promise<void> {
  await rowsOf(
    database,
    `UPDATE payments.purchases SET state = 'expired', look_due_at = NULL
      WHERE id = $1 AND state = 'open' AND session_ref IS NOT DISTINCT FROM $2`,
    [id, ref],
  );
}

/** One whose checkout the provider refused to make. Its key begins another one, when the cause has been mended. */
export async function forgetRefused(database: Database, id: string): Promise<void> {
  await rowsOf(
    database,
    `UPDATE payments.purchases SET state = 'expired', look_due_at = NULL, request_key = NULL
      WHERE id = $1 AND state = 'open' AND session_ref IS NULL`,
    [id],
  );
}

/**
 * A subscription that could not be looked at ends when no further payment can come for it, or now. False: it runs on, or
 * had ended.
 */
export async function endUnseen(database: Database, id: string, { now = false } = {}): Promise<boolean> {
  const ended = await rowsOf(
    database,
    `WITH ended AS (
       UPDATE payments.subscriptions SET state = 'ended', ended_at = clock_timestamp(), look_due_at = NULL
        WHERE id = $1 AND state <> 'ended'
          AND ($2 OR COALESCE(paid_until, created_at) < clock_timestamp() - ${MONEY_MAY_COME_FOR}) RETURNING 1)
     SELECT FROM ended`,
    [id, now],
  );
  return ended.length > 0;
}
