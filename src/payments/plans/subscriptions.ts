import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Plan } from '../../config/plans.js';
import { newId } from '../../credits/plumbing.js';
import { WalletDatabase } from '../../database/wallet-database.js';
import { hashOfKey, rowsOf } from '../database.js';
import { Looks } from '../looks.js';
import { insertPurchase } from '../new-purchase.js';
import { Offers } from '../offers.js';
import {
  cannotLook,
  isRefusedForGood,
  offerUnknown,
  paymentsUnavailable,
  planNotOpen,
  soldElsewhere,
} from '../problems.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider.js';
import { customerOf } from './customers.js';
import { PaymentDeclinedError } from './plan-provider.js';
import { Subscribing } from './subscribing.js';
import { SubscriptionLooks } from './subscription-looks.js';
import { toSubscription, type Subscription, type SubscriptionRow } from './subscription.js';
import { findSubscription, subscriptionsOf } from './subscription-rows.js';
import type { Terms } from './terms.js';

export interface PlanChange {
  userId: string;
  id: string;
  offer: string;
  /** The idempotency key of the request. */
  key?: string;
}

/** What a user has subscribed to, and how they change it. */
@Injectable()
export class Subscriptions {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly offers: Offers,
    private readonly subscribing: Subscribing,
    private readonly looks: Looks,
    private readonly subscriptionLooks: SubscriptionLooks,
    private readonly databases: WalletDatabase,
  ) {}

  /** The latest first; looked at where the provider answers. */
  async list(userId: string): Promise<Subscription[]> {
    const all = await this.subscribing
      .lookAtAll(userId)
      .catch(() => subscriptionsOf(this.databases.of(userId), userId));
    return all.map(toSubscription);
  }

  /** The provider's page for cards and cancelling. @throws NotFoundException, ProblemException payments_unavailable */
  async portal(userId: string): Promise<string> {
    if (this.provider === null) throw new NotFoundException('Nothing is sold here.');
    const database = this.databases.of(userId);
    try {
      return await this.provider.plans.portal(await customerOf(database, this.provider, userId));
    } catch (error) {
      throw paymentsUnavailable(error);
    }
  }

  /**
   * Another plan. One that costs more is paid in full, and poured, now; one that costs less comes with the next invoice,
   * and nothing is taken away before.
   *
   * @throws NotFoundException, ProblemException offer_unknown, plan_not_open, payments_unavailable
   */
  async change({ userId, id, offer, key }: PlanChange): Promise<Subscription> {
    const plan = this.offers.find(offer);
    if (this.provider === null || plan === undefined || !('months' in plan)) throw offerUnknown();
    const database = this.databases.ofId(id);
    const known = await findSubscription(database, id);
    if (known?.user_id !== userId) throw new NotFoundException();
    await this.subscriptionLooks.look(id);
    const current = (await findSubscription(database, id))!;
    if (current.provider !== this.provider.name) throw cannotLook(soldElsewhere(current.provider));
    const terms = await this.subscribing.termsOf(userId, plan);
    if (!isSame(current, terms)) await this.#change(current, plan, terms, key, database);
    return toSubscription((await findSubscription(database, id))!);
  }

  async #change(
    current: SubscriptionRow,
    plan: Plan,
    unpriced: Terms,
    key: string | undefined,
    database: EntityManager,
  ): Promise<void> {
    const { id, ref } = current;
    requireChangeable(current, plan);
    const isDearer = plan.months > current.months || plan.amount > Number(current.amount);
    const isPaidNow =
      isDearer && current.state !== 'trialing' && !(await this.#isPaidFor(id, unpriced, database));
    const purchaseId = isPaidNow ? await this.#begin(current, plan, unpriced, key, database) : null;
    try {
      const terms = await this.subscribing.priced(unpriced, current.user_id);
      const invoice = await this.provider!.plans.change(ref, terms.price!, purchaseId);
      if (purchaseId !== null && invoice !== null) await this.#noteInvoice(purchaseId, invoice, database);
    } catch (error) {
      const isDeclined = error instanceof PaymentDeclinedError;
      if (!isDeclined && !isRefusedForGood(error)) throw paymentsUnavailable(error);
      const sql = `UPDATE payments.purchases SET state = 'failed', look_due_at = NULL WHERE id = $1 AND state = 'open'`;
      await rowsOf(database, sql, [purchaseId]);
      if (!isDeclined) throw paymentsUnavailable(error);
      throw planNotOpen('The bank refused the payment, and the plan is what it was: mend the card first.');
    }
    if (purchaseId !== null) await this.looks.look(purchaseId);
    await this.subscriptionLooks.look(id);
  }

  /** In the period that runs: a cheaper plan was chosen for the next one, and is not wanted any more. */
  async #isPaidFor(id: string, { id: terms, amount }: Terms, database: EntityManager): Promise<boolean> {
    const paid = await rowsOf(
      database,
      `SELECT FROM payments.purchases
        WHERE subscription_id = $1 AND terms = $2 AND amount >= $3 AND state = 'paid' AND period_ends_at > clock_timestamp()`,
      [id, terms, amount],
    );
    return paid.length > 0;
  }

  /** Writes our row first, one at a time: after a crash before the answer, a look at the subscription makes it good. */
  async #begin(
    { id, user_id: userId, provider }: SubscriptionRow,
    { offer, credits, amount, currency, months }: Plan,
    terms: Terms,
    key: string | undefined,
    database: EntityManager,
  ): Promise<string> {
    const requestKey = key === undefined ? null : hashOfKey(userId, key);
    const row = { id: newId(userId), user_id: userId, request_key: requestKey, provider };
    const frozen = { offer, currency, credits: credits * months, amount, terms: terms.id, refills: months };
    if (await insertPurchase(database, { ...row, ...frozen, subscription_id: id })) {
      return row.id;
    }
    const [begun] = await rowsOf<{ id: string }>(
      database,
      `SELECT id FROM payments.purchases
        WHERE user_id = $1 AND request_key = $2 AND terms = $3 AND subscription_id = $4 AND state = 'open'`,
      [userId, requestKey, terms.id, id],
    );
    if (begun === undefined) throw planNotOpen('Another change of the plan is under way.');
    return begun.id;
  }

  async #noteInvoice(purchaseId: string, invoice: string, database: EntityManager): Promise<void> {
    await rowsOf(
      database,
      `UPDATE payments.purchases SET session_ref = $2, invoice_ref = $2 WHERE id = $1 AND session_ref IS NULL`,
      [purchaseId, invoice],
    );
  }
}

function isSame(current: SubscriptionRow, terms: Terms): boolean {
  return current.terms === terms.id;
}

/** @throws ProblemException plan_not_open */
function requireChangeable({ state, months, paid_until }: SubscriptionRow, plan: Plan): void {
  if (state === 'ended') throw planNotOpen('It has ended: choose a plan anew.');
  if (state === 'past_due') throw planNotOpen('A payment for it is late: mend the card first.');
  if (plan.months < months) {
    throw planNotOpen(`The year is paid until ${paid_until?.toISOString()}: cancel, and choose then.`);
  }
}
