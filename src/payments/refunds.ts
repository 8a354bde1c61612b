import { Inject, Injectable, Logger, NotFoundException } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { moneyOf } from '../config/money.js';
import { IdempotencyKeyReusedError } from '../credits/index.js';
import { counted } from '../credits/plumbing.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { PurchasedCredits } from './purchased-credits.js';
import { rowsOf, type Database } from './database.js';
import { PurchaseBooks, standOf } from './purchase-books.js';
import { Looks } from './looks.js';
import { notRefundable, paymentsUnavailable, soldElsewhere } from './problems.js';
import { PAYMENT_PROVIDER, RefundRefusedError, type PaymentProvider } from './provider.js';
import { findPurchase, lockPurchase } from './purchase-rows.js';
import { backOf, toRecord, type PurchaseRecord, type PurchaseRow } from './purchase.js';
import { dueOf, moneyFor, type Stand } from './target.js';

export interface RefundRequest {
  purchaseId: string;
  /** Money, in minor units; absent: all that is unused. */
  amount?: number;
  reason: string;
  actor: string;
  /** Makes the refund happen once. */
  requestKey?: string;
}

/** What a refund would take and give. */
export interface RefundPreview {
  credits: number;
  amount: number;
  currency: string;
}

interface Asked {
  id: string;
  purchase_id: string;
  amount: string;
  session_ref: string;
}

/** How long a provider remembers the key of a refund whose answer was lost. */
const ASKS_AGAIN_FOR = `interval '23 hours'`;

/**
 * An operator gives money back. The credits are taken first, under the purchase's lock, so nobody spends what is
 * refunded; then the provider is asked. If it refuses, the credits come back. If its answer is lost, it is asked again
 * under the same key until the answer is known.
 */
@Injectable()
export class Refunds {
  readonly #logger = new Logger('Payments');

  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly books: PurchaseBooks,
    private readonly purchased: PurchasedCredits,
    private readonly looks: Looks,
    private readonly databases: WalletDatabase,
  ) {}

  /**
   * @throws NotFoundException, ProblemException purchase_not_refundable, payments_unavailable; IdempotencyKeyReusedError,
   *   CreditsUnavailableError
   */
  async refund(request: RefundRequest): Promise<PurchaseRecord> {
    const { purchaseId } = request;
    const purchase = await this.#require(purchaseId);
    if (purchase.provider !== this.provider?.name) throw notRefundable(soldElsewhere(purchase.provider));
    const database = this.databases.ofId(purchaseId);
    let id = await this.#askedWith(request, database);
    if (id === undefined) {
      await this.looks.look(purchaseId);
      id = await database.transaction((tx) => this.#ask(request, tx));
    }
    await this.carryOut(id, database);
    return toRecord(await this.#require(purchaseId));
  }

  /** What a refund of so much would come to; without an amount, of all that is unused. @throws NotFoundException */
  async preview(purchaseId: string, amount?: number): Promise<RefundPreview> {
    await this.#require(purchaseId);
    return this.databases.ofId(purchaseId).transaction(async (tx) => {
      const purchase = await lockPurchase(tx, purchaseId);
      const part =
        amount === undefined ? await this.#unused(purchase, tx) : await this.#part(purchase, amount, tx);
      return { ...part, currency: purchase.currency };
    });
  }

  /** Ask the provider for a refund that stands in our rows, however often. @throws as `refund` */
  async carryOut(refundId: string, database: EntityManager): Promise<void> {
    const [asked] = await rowsOf<Asked>(
      database,
      `SELECT r.id, r.purchase_id, r.amount, p.session_ref
         FROM payments.reversals r JOIN payments.purchases p ON p.id = r.purchase_id
        WHERE r.id = $1 AND r.is_asked AND p.provider = $2`,
      [refundId, this.provider?.name],
    );
    if (asked !== undefined) {
      try {
        await this.provider!.refund(asked.session_ref, { id: asked.id, amount: Number(asked.amount) });
      } catch (error) {
        if (!(error instanceof RefundRefusedError)) throw paymentsUnavailable(error);
        await this.#giveUp(asked, error.message);
      }
      await this.looks.look(asked.purchase_id);
    }
    const [outcome] = await rowsOf<{ refusal: string | null }>(
      database,
      'SELECT refusal FROM payments.reversals WHERE id = $1 AND amount = 0',
      [refundId],
    );
    if (outcome !== undefined) {
      throw notRefundable(`The provider refused: ${outcome.refusal ?? 'the refund failed'}`);
    }
  }

  /** Refunds whose answer was lost. One that is older than the provider's memory, and unknown there, was never made. */
  async carryOutLost(): Promise<void> {
    await this.databases.each(
      (database) => this.#carryOutLostIn(database),
      (error) => this.#logger.warn(`refunds on a server wait: ${String(error)}`),
    );
  }

  async #carryOutLostIn(database: EntityManager): Promise<void> {
    const lost = await rowsOf<Asked & { is_old: boolean }>(
      database,
      `SELECT r.id, r.purchase_id, r.amount, p.session_ref, r.seen_at < clock_timestamp() - ${ASKS_AGAIN_FOR} AS is_old
         FROM payments.reversals r JOIN payments.purchases p ON p.id = r.purchase_id
        WHERE r.is_asked AND r.seen_at < clock_timestamp() - interval '10 seconds' AND p.provider = $1
        ORDER BY r.seen_at LIMIT 20`,
      [this.provider?.name],
    );
    for (const refund of lost) {
      try {
        await this.looks.look(refund.purchase_id);
        if (refund.is_old) await this.#giveUp(refund, 'it never heard of it');
        else await this.carryOut(refund.id, database);
      } catch (error) {
        this.#logger.warn(`refund ${refund.id} waits: ${String(error)}`);
      }
    }
  }

  async #ask(request: RefundRequest, tx: EntityManager): Promise<string> {
    const { purchaseId, amount, ...act } = request;
    const purchase = await lockPurchase(tx, purchaseId);
    const known = await this.#askedWith(request, tx);
    if (known !== undefined) return known;
    if (purchase.paid_amount === null || !['paid', 'suspect'].includes(purchase.state)) {
      throw notRefundable('Nothing was paid for it.');
    }
    const unused = amount === undefined ? await this.#unused(purchase, tx) : { credits: 0, amount };
    const reason = whyNot(purchase, unused);
    if (reason !== null) throw notRefundable(reason);
    const [row] = await rowsOf<{ id: string }>(
      tx,
      `INSERT INTO payments.reversals (purchase_id, kind, amount, unused, is_asked, request_key, requested, reason, actor)
       VALUES ($1, 'refund', $2, $3, true, $4, $5, $6, $7) RETURNING id`,
      [purchaseId, unused.amount, unused.credits, act.requestKey ?? null, amount ?? 0, act.reason, act.actor],
    );
    await this.books.moveCredits(purchaseId, tx);
    return row!.id;
  }

  /** The unused part of the purchase and the money for it. Money that granted no credits is all unused. */
  async #unused(purchase: PurchaseRow, tx: EntityManager): Promise<{ credits: number; amount: number }> {
    const { entry_id: entryId } = purchase;
    const paid = Number(purchase.paid_amount ?? 0);
    const left = paid - backOf(purchase);
    if (entryId === null) return { credits: 0, amount: left };
    const credits = await this.purchased.unused(purchase, dueOf(await standOf(purchase, tx)), tx);
    const amount = Math.min(left, moneyFor(credits, { credits: Number(purchase.credits), paid }));
    return { credits, amount };
  }

  /** A part of the money, and the credits that would go with it. */
  async #part(
    purchase: PurchaseRow,
    wanted: number,
    tx: EntityManager,
  ): Promise<{ credits: number; amount: number }> {
    const amount = Math.min(wanted, Number(purchase.paid_amount ?? 0) - backOf(purchase));
    if (purchase.entry_id === null) return { credits: 0, amount };
    const stand = await standOf(purchase, tx);
    const now = await this.purchased.wouldBeBack(purchase, dueOf(stand), tx);
    const then = await this.purchased.wouldBeBack(purchase, dueOf(withPart(stand, amount)), tx);
    return { credits: Math.max(0, then - now), amount };
  }

  async #giveUp({ id, purchase_id: purchaseId }: Asked, refusal: string): Promise<void> {
    await this.databases.ofId(purchaseId).transaction(async (tx) => {
      await lockPurchase(tx, purchaseId);
      await tx.query(
        `UPDATE payments.reversals SET amount = 0, is_asked = false, refusal = $2 WHERE id = $1 AND is_asked`,
        [id, refusal.slice(0, 500)],
      );
      await this.books.moveCredits(purchaseId, tx);
    });
  }

  /** What this key began before. @throws IdempotencyKeyReusedError where it was something else */
  async #askedWith(
    { requestKey, purchaseId, amount = 0 }: RefundRequest,
    database: Database,
  ): Promise<string | undefined> {
    if (requestKey === undefined) return undefined;
    const [row] = await rowsOf<{ id: string; isTheSame: boolean }>(
      database,
      `SELECT id, purchase_id = $2 AND COALESCE(requested, $3) = $3 AS "isTheSame"
         FROM payments.reversals WHERE request_key = $1`,
      [requestKey, purchaseId, amount],
    );
    if (row?.isTheSame === false) throw new IdempotencyKeyReusedError();
    return row?.id;
  }

  async #require(id: string): Promise<PurchaseRow> {
    const purchase = await findPurchase(this.databases.ofId(id), id);
    if (purchase === undefined) throw new NotFoundException('There is no such purchase.');
    return purchase;
  }
}

/** If so much of the money went back, too. */
function withPart(stand: Stand, amount: number): Stand {
  return { ...stand, reversals: [...stand.reversals, { amount, surplus: 0, unused: 0, gone: null }] };
}

/** Why so much of a purchase that was paid cannot go back; null: it can. */
function whyNot(
  purchase: PurchaseRow,
  { credits, amount }: { credits: number; amount: number },
): string | null {
  const { paid_amount: paid, entry_id: entryId, currency } = purchase;
  const left = Number(paid) - backOf(purchase);
  if (Number(paid) === 0) {
    const instead = entryId === null ? '' : ` A clawback of the grant ${entryId} takes its credits back.`;
    return `It was free, so there is no money to give back.${instead}`;
  }
  if (left === 0) return `All of the ${moneyOf(paid!, currency)} has gone back already.`;
  if (amount > left) return `No more than ${moneyOf(left, currency)} is left to give back.`;
  if (amount > 0) return null;
  if (credits === 0) return 'Nothing of it is unused.';
  return `What is unused of it (${credits} of ${counted(Number(purchase.credits), 'credit')}) is worth less than ${moneyOf(1, currency)}.`;
}
