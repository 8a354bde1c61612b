import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FormerUsers } from '../account/former-users.js';
import { moneyOf } from '../config/money.js';
import { rowsOf } from './database.js';
import { noteInvoice } from './plans/subscription-rows.js';
import type { PaymentFacts } from './provider.js';
import { PurchaseEvents } from './purchase-events.js';
import { findPurchase, lockPurchase } from './purchase-rows.js';
import type { PurchaseRow } from './purchase.js';
import { PurchasedCredits } from './purchased-credits.js';
import { noteGone, noteReversals } from './reversals.js';
import { dueOf, type Reversal, type Stand } from './target.js';

/** When an open purchase is looked at next, by its age. A buyer who is waiting triggers looks of their own. */
const NEXT_LOOK = `clock_timestamp() + CASE
  WHEN created_at > clock_timestamp() - interval '10 minutes' THEN interval '2 minutes'
  WHEN created_at > clock_timestamp() - interval '1 hour' THEN interval '10 minutes'
  ELSE interval '1 hour' END`;

/**
 * Brings our books in line with what a look at the provider saw, in the caller's transaction. It may run any number of
 * times, in any order and on any instance: an older look never overwrites a newer one, a paid purchase stays paid, and
 * credits are granted once, under the key `purchase:<id>`, and taken back as far as the money went back.
 */
@Injectable()
export class PurchaseBooks {
  constructor(
    private readonly purchased: PurchasedCredits,
    private readonly formerUsers: FormerUsers,
    private readonly events: PurchaseEvents,
  ) {}

  /** @param lookedAt when the look began, by the database's clock */
  async settle(id: string, facts: PaymentFacts, lookedAt: string, tx: EntityManager): Promise<void> {
    const before = await lockPurchase(tx, id);
    const isNews = await rowsOf(
      tx,
      `WITH noted AS (
         UPDATE payments.purchases
            SET looked_at = $2, payment_ref = COALESCE($3, payment_ref), receipt_url = COALESCE($4, receipt_url),
                is_pending = $5, look_due_at = CASE WHEN state = 'open' THEN ${NEXT_LOOK} END
          WHERE id = $1 AND (looked_at IS NULL OR looked_at < $2) RETURNING 1)
       SELECT FROM noted`,
      [id, lookedAt, facts.paymentRef, facts.receiptUrl, facts.isPending],
    );
    if (isNews.length === 0) return;
    // Of a purchase that is not in this database only the money is known.
    if (facts.invoice !== null && before.terms !== null) await noteInvoice(before, facts.invoice, tx);
    if (facts.state === 'paid') await this.#notePaid(before, facts, tx);
    else if (['open', 'failed', 'expired'].includes(before.state)) await this.#noteUnpaid(before, facts, tx);
    await noteReversals(id, facts.reversals, tx);
    await this.moveCredits(id, tx);
  }

  async #noteUnpaid(
    { id, state: before }: PurchaseRow,
    { state }: PaymentFacts,
    tx: EntityManager,
  ): Promise<void> {
    if (state === before) return;
    await tx.query(
      `UPDATE payments.purchases SET state = $2, look_due_at = CASE WHEN $2 = 'open' THEN ${NEXT_LOOK} END WHERE id = $1`,
      [id, state],
    );
    if (state === 'failed') await this.events.tell(tx, 'purchase.failed', (await findPurchase(tx, id))!);
  }

  async #notePaid(purchase: PurchaseRow, facts: PaymentFacts, tx: EntityManager): Promise<void> {
    const { id, state } = purchase;
    if (state === 'paid' || state === 'suspect') return;
    const suspicion = await this.#suspicionAbout(purchase, facts);
    const given = suspicion === null ? await this.purchased.give((await findPurchase(tx, id))!, tx) : null;
    await tx.query(
      `UPDATE payments.purchases
          SET state = $2, entry_id = $3, suspicion = $4, paid_amount = $5, paid_at = clock_timestamp(), look_due_at = NULL,
              allowance_id = $6
        WHERE id = $1`,
      [
        id,
        suspicion === null ? 'paid' : 'suspect',
        given?.entryId ?? null,
        suspicion,
        facts.paid,
        given?.allowanceId ?? null,
      ],
    );
    const event = suspicion === null ? 'purchase.paid' : 'purchase.suspect';
    await this.events.tell(tx, event, (await findPurchase(tx, id))!);
  }

  /** Money that does not match the offer grants nothing, and is not ignored either: the purchase becomes suspect. */
  async #suspicionAbout(purchase: PurchaseRow, facts: PaymentFacts): Promise<string | null> {
    const { user_id: userId, amount, currency } = purchase;
    if (facts.subtotal !== Number(amount) || facts.currency !== currency) {
      return `offered for ${moneyOf(amount, currency)}, paid for ${moneyOf(facts.subtotal, facts.currency)}`;
    }
    // On an invoice that the provider made by itself that part buys nothing; this one was offered as a whole.
    if (!purchase.is_share && facts.invoice !== null && facts.invoice.fromBalance > 0) {
      return `${moneyOf(facts.invoice.fromBalance, currency)} of it came from a balance at the provider`;
    }
    const isGone = userId === null || userId.startsWith('erased:') || (await this.formerUsers.has(userId));
    return isGone ? 'the buyer was erased before the payment came' : null;
  }

  /** Takes back, or gives back, until the credits fit the money. */
  async moveCredits(id: string, tx: EntityManager): Promise<void> {
    const purchase = (await findPurchase(tx, id))!;
    if (purchase.entry_id === null) return;
    const stand = await standOf(purchase, tx);
    const before = Number(purchase.clawed);
    if (stand.reversals.length === 0 && before === 0) return;
    const { clawed, taken, gone, turn } = await this.purchased.bringBack(purchase, dueOf(stand), tx);
    await tx.query('UPDATE payments.purchases SET clawed = $2, taken = $3, turn = $4 WHERE id = $1', [
      id,
      clawed,
      taken,
      turn,
    ]);
    await noteGone(id, gone, tx);
    if (clawed !== before) await this.events.tell(tx, 'purchase.reversed', (await findPurchase(tx, id))!);
  }
}

export async function standOf({ id, credits, paid_amount }: PurchaseRow, tx: EntityManager): Promise<Stand> {
  const rows = await tx.query<Record<keyof Reversal, string | null>[]>(
    'SELECT amount, surplus, unused, gone FROM payments.reversals WHERE purchase_id = $1',
    [id],
  );
  const reversals = rows.map(({ amount, surplus, unused, gone }) => ({
    amount: Number(amount),
    surplus: Number(surplus),
    unused: Number(unused),
    gone: gone === null ? null : Number(gone),
  }));
  return { credits: Number(credits ?? 0), paid: Number(paid_amount ?? 0), reversals };
}
