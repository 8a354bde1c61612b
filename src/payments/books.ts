import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FormerUsers } from '../account/former-users.js';
import { CreditsService } from '../credits/index.js';
import { rowsOf } from './database.js';
import type { Facts } from './provider.js';
import { PurchaseEvents } from './purchase-events.js';
import { findPurchase, lockPurchase } from './purchase-rows.js';
import type { PurchaseRow } from './purchase.js';
import { noteReversals } from './reversals.js';
import { creditsToBeBack, creditsToMove, type Stand } from './target.js';

/** Where an open purchase is looked at next, by its age; a buyer who is there looks by themselves. */
const NEXT_LOOK = `clock_timestamp() + CASE
  WHEN created_at > clock_timestamp() - interval '10 minutes' THEN interval '2 minutes'
  WHEN created_at > clock_timestamp() - interval '1 hour' THEN interval '10 minutes'
  ELSE interval '1 hour' END`;

/**
 * Brings our books to what a look at the provider saw, in the caller's transaction. However often, in whatever order,
 * from however many instances: an older look never overwrites a newer one, what is paid stays paid, credits are granted
 * once under the key `purchase:<id>`, and taken back to what the money says.
 */
@Injectable()
export class Books {
  constructor(
    private readonly credits: CreditsService,
    private readonly formerUsers: FormerUsers,
    private readonly events: PurchaseEvents,
  ) {}

  /** @param lookedAt when the look began, by the database's clock */
  async settle(id: string, facts: Facts, lookedAt: string, tx: EntityManager): Promise<void> {
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
    if (facts.state === 'paid') await this.#notePaid(before, facts, tx);
    else if (['open', 'failed', 'expired'].includes(before.state)) await this.#noteUnpaid(before, facts, tx);
    await noteReversals(id, facts.reversals, tx);
    await this.moveCredits(id, tx);
  }

  async #noteUnpaid({ id, state: before }: PurchaseRow, { state }: Facts, tx: EntityManager): Promise<void> {
    if (state === before) return;
    await tx.query(
      `UPDATE payments.purchases SET state = $2, look_due_at = CASE WHEN $2 = 'open' THEN ${NEXT_LOOK} END WHERE id = $1`,
      [id, state],
    );
    if (state === 'failed') await this.events.tell(tx, 'purchase.failed', (await findPurchase(tx, id))!);
  }

  async #notePaid(purchase: PurchaseRow, facts: Facts, tx: EntityManager): Promise<void> {
    const { id, state } = purchase;
    if (state === 'paid' || state === 'suspect') return;
    const suspicion = await this.#suspicionAbout(purchase, facts);
    const entryId = suspicion === null ? await this.#grant(purchase, tx) : null;
    await tx.query(
      `UPDATE payments.purchases
          SET state = $2, entry_id = $3, suspicion = $4, paid_amount = $5, paid_at = clock_timestamp(), look_due_at = NULL
        WHERE id = $1`,
      [id, suspicion === null ? 'paid' : 'suspect', entryId, suspicion, facts.paid],
    );
    const event = suspicion === null ? 'purchase.paid' : 'purchase.suspect';
    await this.events.tell(tx, event, (await findPurchase(tx, id))!);
  }

  /** Money that does not fit what was offered is no reason to grant, and none to look away. */
  async #suspicionAbout(
    { user_id: userId, amount, currency }: PurchaseRow,
    facts: Facts,
  ): Promise<string | null> {
    if (facts.subtotal !== Number(amount) || facts.currency !== currency) {
      return `offered for ${amount} ${currency}, paid for ${facts.subtotal} ${facts.currency}`;
    }
    const isGone = userId === null || userId.startsWith('erased:') || (await this.formerUsers.has(userId));
    return isGone ? 'the buyer was erased before the payment came' : null;
  }

  async #grant({ id, user_id: userId, credits, expires_months, provider }: PurchaseRow, tx: EntityManager) {
    const [row] = await tx.query<{ expires_at: Date | null }[]>(
      'SELECT clock_timestamp() + make_interval(months => $1) AS expires_at',
      [expires_months],
    );
    const receipt = await this.credits.grant(
      {
        userId: userId!,
        credits: Number(credits),
        category: 'paid',
        reason: `bought ${credits} credits`,
        actor: provider,
        expiresAt: row!.expires_at,
        idempotencyKey: `purchase:${id}`,
      },
      { tx },
    );
    return receipt.entryId;
  }

  /** Takes back, or gives back, until the credits fit the money. */
  async moveCredits(id: string, tx: EntityManager): Promise<void> {
    const purchase = (await findPurchase(tx, id))!;
    const { entry_id: entryId, provider } = purchase;
    if (entryId === null) return;
    const target = creditsToBeBack(await standOf(purchase, tx));
    const clawed = Number(purchase.clawed);
    if (target === 0 && clawed === 0) return;
    const { lapsed } = await this.credits.grantState({ entryId }, { tx });
    const move = creditsToMove(target, { credits: Number(purchase.credits), clawed, lapsed });
    if (move === 0) return;
    const turn = purchase.turn + 1;
    const act = {
      entryId,
      credits: Math.abs(move),
      actor: provider,
      idempotencyKey: `purchase:${id}:back:${turn}`,
    };
    if (move > 0) await this.credits.clawback({ ...act, reason: 'the money went back' }, { tx });
    else await this.credits.restore({ ...act, reason: 'the money came again' }, { tx });
    await tx.query('UPDATE payments.purchases SET clawed = clawed + $2, turn = $3 WHERE id = $1', [
      id,
      move,
      turn,
    ]);
    await this.events.tell(tx, 'purchase.reversed', (await findPurchase(tx, id))!);
  }
}

export async function standOf({ id, credits, paid_amount }: PurchaseRow, tx: EntityManager): Promise<Stand> {
  const rows = await tx.query<{ amount: string; surplus: string }[]>(
    'SELECT amount, surplus FROM payments.reversals WHERE purchase_id = $1',
    [id],
  );
  const reversals = rows.map(({ amount, surplus }) => ({ amount: Number(amount), surplus: Number(surplus) }));
  return { credits: Number(credits ?? 0), paid: Number(paid_amount ?? 0), reversals };
}
