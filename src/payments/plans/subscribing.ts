import { Inject, Injectable } from '@nestjs/common';
import type { Plan } from '../../config/plans.js';
import { WalletDatabase } from '../../database/wallet-database.js';
import type { FrozenOffer } from '../new-purchase.js';
import { OpenCheckouts } from '../open-checkouts.js';
import { planNotOpen } from '../problems.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider.js';
import type { PurchaseRow } from '../purchase.js';
import { customerOf } from './customers.js';
import { SubscriptionLooks } from './subscription-looks.js';
import type { SubscriptionRow } from './subscription.js';
import { subscriptionsOf } from './subscription-rows.js';
import { pricedTerms, termsOf, termsWithId, type Terms, type TermsPlaces } from './terms.js';
import type { Checkout } from '../checkout.js';

/** How somebody gets a plan: one at a time, with a trial where it is their first. */
@Injectable()
export class Subscribing {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly checkouts: OpenCheckouts,
    private readonly subscriptionLooks: SubscriptionLooks,
    private readonly databases: WalletDatabase,
  ) {}

  /** @throws ProblemException plan_not_open (they have one), payments_unavailable */
  async freeze(userId: string, plan: Plan): Promise<FrozenOffer> {
    await this.checkouts.closeThoseOfPlans(userId);
    const all = await this.lookAtAll(userId);
    const { name } = this.provider!;
    if (all.some(({ state, provider }) => state !== 'ended' && provider === name)) {
      throw planNotOpen('You have a plan already: change it, or cancel it first.');
    }
    const { id } = await this.termsOf(userId, plan);
    const { offer, currency } = plan;
    const trial = all.length === 0 ? plan.trial : null;
    if (trial !== null) {
      return { offer, currency, credits: trial.credits, amount: 0, terms: id, trial_days: trial.days };
    }
    const { credits, amount, months } = plan;
    return { offer, currency, credits: credits * months, amount, terms: id, refills: months };
  }

  /** Where a plan is paid. @throws what the provider throws */
  async checkout(purchase: PurchaseRow, provider: PaymentProvider): Promise<Checkout> {
    const { id, user_id: userId, trial_days: trialDays } = purchase;
    const database = this.databases.ofId(id);
    const terms = await this.priced(await termsWithId(database, purchase.terms!), userId!);
    const customer = await customerOf(database, provider, userId!);
    return provider.plans.subscribe({ id, price: terms.price!, customer, trialDays, terms });
  }

  /** A plan as it is sold now. */
  termsOf(userId: string, plan: Plan): Promise<Terms> {
    return termsOf(this.#termsFor(userId), this.provider!.plans.account, plan);
  }

  /** The terms, registered at the provider. */
  priced(terms: Terms, userId: string): Promise<Terms> {
    return pricedTerms(this.#termsFor(userId), terms, (unpriced) => this.provider!.plans.priceOf(unpriced));
  }

  /** A user's subscriptions, the latest first; those that run are looked at. @throws what a look throws */
  async lookAtAll(userId: string): Promise<SubscriptionRow[]> {
    const database = this.databases.of(userId);
    const known = await subscriptionsOf(database, userId);
    const running = known.filter(({ state }) => state !== 'ended');
    for (const { id } of running) await this.subscriptionLooks.look(id);
    return running.length === 0 ? known : subscriptionsOf(database, userId);
  }

  #termsFor(userId: string): TermsPlaces {
    const { databases } = this;
    return { database: databases.of(userId), common: () => databases.common() };
  }
}
