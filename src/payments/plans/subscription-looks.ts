import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FormerUsers } from '../../account/former-users.js';
import { newId } from '../../credits/plumbing.js';
import { WalletDatabase } from '../../database/wallet-database.js';
import { databaseTime, isId, rowsOf } from '../database.js';
import { Looks } from '../looks.js';
import { insertPurchase } from '../new-purchase.js';
import { paymentsUnavailable } from '../problems.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider.js';
import { PurchaseEvents } from '../purchase-events.js';
import type { InvoiceFacts, SubscriptionFacts } from './plan-provider.js';
import { shareOf } from './share.js';
import type { SubscriptionRow } from './subscription.js';
import { findSubscription, lockSubscription, noteState } from './subscription-rows.js';
import { termsByPrice, type Terms } from './terms.js';
import { endUnseen } from '../unseen.js';

/**
 * The one way in which a subscription changes: look at the provider, and note what was seen. Each invoice that was paid
 * is a purchase, looked at like every other.
 */
@Injectable()
export class SubscriptionLooks {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly looks: Looks,
    private readonly formerUsers: FormerUsers,
    private readonly events: PurchaseEvents,
    private readonly databases: WalletDatabase,
  ) {}

  /** By the provider's id of it, and a purchase of it if one is known; false: it is not one of ours. @throws as `look` */
  async lookByRef(ref: string, purchaseId?: string): Promise<boolean> {
    const sql = 'SELECT id FROM payments.subscriptions WHERE ref = $1';
    const found = await this.databases.find(
      async (database) => (await rowsOf<{ id: string }>(database, sql, [ref]))[0],
      purchaseId,
    );
    if (found !== undefined) await this.look(found.id);
    return found !== undefined;
  }

  /**
   * False: nobody could look, for its provider is not in use or does not know it.
   *
   * @throws ProblemException payments_unavailable, CreditsUnavailableError
   */
  async look(id: string): Promise<boolean> {
    const database = this.databases.ofId(id);
    const row = await findSubscription(database, id);
    if (row === undefined) return false;
    const lookedAt = await databaseTime(database);
    const facts = this.provider?.name === row.provider ? await this.#ask(row) : undefined;
    if (facts === undefined) {
      await this.end(id);
      return false;
    }
    await database.transaction((tx) => this.#note(id, facts, lookedAt, tx));
    for (const purchase of await this.#unsettled(id, database)) await this.looks.look(purchase);
    return true;
  }

  /** One that nobody can look at, when no payment can come for it any more, or now. */
  end(id: string, how: { now?: boolean } = {}): Promise<void> {
    return this.databases.ofId(id).transaction(async (tx) => {
      if (await endUnseen(tx, id, how)) await this.events.tellEnded(tx, (await findSubscription(tx, id))!);
    });
  }

  async #ask(row: SubscriptionRow): Promise<SubscriptionFacts | undefined> {
    const { plans } = this.provider!;
    try {
      const facts = await plans.lookAt(row.ref);
      // The person was erased, so no card may be charged any more.
      if (facts !== undefined && facts.state !== 'ended' && (await this.#isGone(row)))
        await plans.end(row.ref);
      return facts;
    } catch (error) {
      throw paymentsUnavailable(error);
    }
  }

  async #note(id: string, facts: SubscriptionFacts, lookedAt: string, tx: EntityManager): Promise<void> {
    const before = await lockSubscription(tx, id);
    const prices = facts.invoices.flatMap(({ lines }) => lines.map(({ price }) => price));
    const terms = await termsByPrice(tx, facts.price === null ? prices : [facts.price, ...prices]);
    const sold = facts.price === null ? null : (terms.get(facts.price)?.id ?? null);
    if (!(await noteState(before, facts, sold, lookedAt, tx))) return;
    for (const invoice of facts.invoices) await this.#noteInvoice(before, invoice, terms, tx);
    if (facts.state === 'ended' && before.state !== 'ended') {
      await this.events.tellEnded(tx, (await findSubscription(tx, id))!);
    }
  }

  /** An invoice belongs to the purchase that was begun for it; any other paid invoice makes a purchase of its own. */
  async #noteInvoice(
    { id, user_id, provider }: SubscriptionRow,
    invoice: InvoiceFacts,
    terms: ReadonlyMap<string, Terms>,
    tx: EntityManager,
  ): Promise<void> {
    const { ref, purchaseId } = invoice;
    const ours = isId(purchaseId) ? purchaseId : null;
    const known = await rowsOf(
      tx,
      `SELECT FROM payments.purchases
        WHERE invoice_ref = $1 OR (id = $2 AND subscription_id = $3 AND invoice_ref IS NULL)`,
      [ref, ours, id],
    );
    if (known.length > 0) {
      await tx.query(
        `UPDATE payments.purchases SET session_ref = $1, invoice_ref = $1
          WHERE id = $2 AND subscription_id = $3 AND invoice_ref IS NULL AND session_ref IS NULL`,
        [ref, ours, id],
      );
      return;
    }
    const share = invoice.isPaid ? shareOf(invoice, terms) : null;
    if (share === null) return;
    const { credits, refills, amount, starts, ends } = share;
    await insertPurchase(tx, {
      id: newId(user_id),
      user_id,
      request_key: null,
      provider,
      offer: share.terms.plan,
      credits,
      amount,
      currency: invoice.currency,
      terms: share.terms.id,
      refills,
      is_share: true,
      subscription_id: id,
      session_ref: ref,
      invoice_ref: ref,
      period_starts_at: starts,
      period_ends_at: ends,
    });
  }

  async #unsettled(id: string, database: EntityManager): Promise<string[]> {
    const rows = await rowsOf<{ id: string }>(
      database,
      `SELECT id FROM payments.purchases
        WHERE subscription_id = $1 AND state = 'open' AND invoice_ref IS NOT NULL ORDER BY period_starts_at, id`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  async #isGone({ user_id: userId }: SubscriptionRow): Promise<boolean> {
    return userId.startsWith('erased:') || this.formerUsers.has(userId);
  }
}
