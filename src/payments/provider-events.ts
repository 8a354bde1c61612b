import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { newIdBeside } from '../credits/plumbing.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { isId, rowsOf } from './database.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Looks } from './looks.js';
import { paymentsUnavailable } from './problems.js';
import {
  BadSignatureError,
  PAYMENT_PROVIDER,
  type PaymentFacts,
  type Hint,
  type PaymentProvider,
} from './provider.js';
import { SubscriptionLooks } from './plans/subscription-looks.js';
import { PurchaseEvents } from './purchase-events.js';
import { findPurchase } from './purchase-rows.js';

/** What the provider tells us, or lists for us: hints to look, in whatever order and number they come. */
@Injectable()
export class ProviderEvents {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly looks: Looks,
    private readonly subscriptions: SubscriptionLooks,
    private readonly events: PurchaseEvents,
    private readonly databases: WalletDatabase,
  ) {}

  /** @throws NotFoundException (nothing is heard here), ProblemException validation_failed, payments_unavailable */
  async hear(raw: Buffer, headers: Record<string, unknown>): Promise<void> {
    if (this.provider?.canHear !== true) throw new NotFoundException();
    let hint: Hint | undefined;
    try {
      hint = await this.provider.hear(raw, headers);
    } catch (error) {
      if (!(error instanceof BadSignatureError)) throw paymentsUnavailable(error);
      const message = 'must be the provider’s, and of the last five minutes';
      throw new ProblemException('validation_failed', `The signature ${message}.`, {
        errors: [{ path: 'signature', message }],
      });
    }
    if (hint !== undefined) await this.follow(hint);
  }

  /**
   * Look at what a hint is about, if it is ours. The purchase that it names tells the database, so one that is away is an
   * affair of its own purchases.
   *
   * @throws what a look throws
   */
  async follow(hint: Hint): Promise<void> {
    const { about, ref } = hint;
    const purchaseId = namedBy(hint);
    if (about === 'subscription' && (await this.subscriptions.lookByRef(ref, purchaseId))) return;
    const known = about === 'payment' ? await this.#idOf(ref, purchaseId) : undefined;
    if (known !== undefined) return void (await this.looks.look(known));
    if (purchaseId === undefined) return;
    const database = this.databases.ofId(purchaseId);
    const purchase = await findPurchase(database, purchaseId);
    // The first payment of a lost plan may stand here already.
    const isLost = about === 'subscription' && purchase?.user_id === null;
    if (purchase === undefined || isLost) return this.#noteUnknown(hint, purchaseId);
    if (about === 'payment') {
      // The checkout was made, but the answer was lost.
      if (purchase.session_ref !== null) return;
      await rowsOf(
        database,
        `UPDATE payments.purchases SET session_ref = $2 WHERE id = $1 AND session_ref IS NULL`,
        [purchaseId, ref],
      );
    }
    await this.looks.look(purchaseId);
    // The subscription is known from now on.
    if (about === 'subscription') await this.subscriptions.lookByRef(ref, purchaseId);
  }

  /** What the provider lists as paid, often for weeks: it is looked at unless its payment is in the books. */
  async catchUp(hint: Hint): Promise<void> {
    const sql = `SELECT id FROM payments.purchases
                  WHERE (session_ref = $1 OR invoice_ref = $2) AND state IN ('paid', 'suspect')`;
    const refs = [hint.ref, hint.invoice ?? null];
    const booked = await this.databases.find(
      async (database) => (await rowsOf(database, sql, refs))[0],
      namedBy(hint),
    );
    if (booked === undefined) await this.follow(hint);
  }

  async #idOf(ref: string, purchaseId: string | undefined): Promise<string | undefined> {
    const sql = 'SELECT id FROM payments.purchases WHERE session_ref = $1 OR invoice_ref = $1 LIMIT 1';
    const found = await this.databases.find(
      async (database) => (await rowsOf<{ id: string }>(database, sql, [ref]))[0],
      purchaseId,
    );
    return found?.id;
  }

  /**
   * Money for a purchase that carries an id of ours and is not here: the operator must hear of it. The payments of a lost
   * plan all carry the id of its first, and each is told.
   */
  async #noteUnknown({ about, ref, invoice }: Hint, purchaseId: string): Promise<void> {
    const paidAt = about === 'payment' ? ref : invoice;
    if (paidAt === undefined) return;
    let facts: PaymentFacts | undefined;
    try {
      facts = await this.provider!.look(paidAt);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
    if (facts?.state !== 'paid') return;
    const { subtotal, currency, paid, paymentRef, receiptUrl } = facts;
    const id = about === 'payment' ? purchaseId : newIdBeside(purchaseId);
    await this.databases.ofId(id).transaction(async (tx) => {
      const inserted = await rowsOf(
        tx,
        `INSERT INTO payments.purchases (id, amount, currency, provider, state, suspicion, session_ref, invoice_ref, payment_ref,
                                         paid_amount, paid_at, receipt_url, look_due_at)
         VALUES ($1, $2, $3, $4, 'suspect', 'paid for a purchase that is not in this database', $5, $6, $7, $8,
                 clock_timestamp(), $9, NULL)
         ON CONFLICT DO NOTHING RETURNING 1`,
        [
          id,
          subtotal,
          currency,
          this.provider!.name,
          paidAt,
          facts.invoice?.ref ?? null,
          paymentRef,
          paid,
          receiptUrl,
        ],
      );
      if (inserted.length > 0) await this.events.tell(tx, 'purchase.suspect', (await findPurchase(tx, id))!);
    });
  }
}

/** The purchase that it names, where that can be an id of ours. */
function namedBy({ purchaseId }: Hint): string | undefined {
  return isId(purchaseId) ? purchaseId : undefined;
}
