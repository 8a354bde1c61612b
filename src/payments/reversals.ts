import type { EntityManager } from 'typeorm';
import { isId } from './database.js';
import type { ReversalFact } from './provider.js';

/**
 * How long money that went back may come again, or go after all: a refund fails within weeks, a dispute is decided within
 * months, and an inquiry that has moved nothing may become one.
 */
const UNSETTLED_FOR = `interval '180 days'`;

/**
 * What the provider knows of money that went back. A refund of ours that it names is confirmed; one that it does not
 * know yet stays requested, and keeps counting.
 */
export async function noteReversals(
  purchaseId: string,
  reversals: readonly ReversalFact[],
  tx: EntityManager,
): Promise<void> {
  for (const { ref, kind, back, ours } of reversals) {
    // Anybody with the same account may mark a refund so, with a word of their own or with a copy of our mark.
    if (isId(ours)) {
      await tx.query(
        `UPDATE payments.reversals SET ref = $3, amount = $4, is_asked = false
          WHERE id = $1 AND purchase_id = $2 AND (ref IS NULL OR ref = $3)`,
        [ours, purchaseId, ref, back],
      );
    }
    await tx.query(
      `INSERT INTO payments.reversals (purchase_id, ref, kind, amount) VALUES ($1, $2, $3, $4)
       ON CONFLICT (purchase_id, ref) DO UPDATE SET amount = excluded.amount`,
      [purchaseId, ref, kind, back],
    );
  }
  await tx.query(
    `UPDATE payments.purchases SET look_due_at = clock_timestamp() + interval '1 day'
      WHERE id = $1 AND look_due_at IS NULL
        AND EXISTS (SELECT FROM payments.reversals r
                     WHERE r.purchase_id = $1 AND (r.amount > 0 OR r.kind = 'dispute') AND r.seen_at > clock_timestamp() - ${UNSETTLED_FOR})`,
    [purchaseId],
  );
}

/**
 * How much of a purchase had lapsed, or an operator had taken, when money went: that much stood for it, also when more
 * lapses later, and less if the operator gave some again. Of what came again it is forgotten.
 */
export async function noteGone(purchaseId: string, gone: number, tx: EntityManager): Promise<void> {
  await tx.query(
    `UPDATE payments.reversals SET gone = CASE WHEN amount > 0 THEN LEAST(gone, $2) END
      WHERE purchase_id = $1 AND gone IS DISTINCT FROM CASE WHEN amount > 0 THEN LEAST(gone, $2) END`,
    [purchaseId, gone],
  );
}
