import { randomUUID } from 'node:crypto';
import { CreditsService } from '../../src/credits/index.js';
import { json } from '../admin/desk.js';
import { StripeShop, somebody } from './stripe-shop.js';

export const PLANS = {
  CREDIT_PLAN_PRO: '1000 monthly for 9.00 EUR, carry 300',
  CREDIT_PLAN_AGENCY: '3000 monthly for 20.00 EUR',
  CREDIT_PLAN_TRIED: '1000 monthly for 9.00 EUR, trial 50 for 7 days',
  CREDIT_PLAN_YEARLY: '1000 monthly for 90.00 EUR yearly, carry 300',
};

/** Somebody with a plan. */
export class Subscriber {
  subscription = '';
  purchase = '';

  constructor(
    readonly shop: StripeShop,
    readonly user = somebody(),
  ) {}

  static of(shop: StripeShop, offer: string, daysAgo = 0): Promise<Subscriber> {
    return new Subscriber(shop).subscribe(offer, daysAgo);
  }

  async subscribe(offer: string, daysAgo = 0): Promise<this> {
    const { id, ref } = await this.shop.begin(this.user, offer);
    this.purchase = id;
    this.subscription = this.shop.stripe.plans.subscribe(ref, { daysAgo });
    await this.shop.look(this.user, id);
    return this;
  }

  /** Everything that Stripe has told since the last time, twice and in another order. */
  async hear(): Promise<void> {
    const events = this.shop.stripe.events.splice(0);
    await this.shop.deliver([...events.reverse(), ...events]);
  }

  async state() {
    const { body } = await this.shop.product.call(this.user, '/api/credits/subscriptions');
    return body.data[0];
  }

  async change(offer: string, key: string = randomUUID()) {
    const { id } = await this.state();
    return this.shop.product.call(
      this.user,
      `/api/credits/subscriptions/${id}/plan`,
      json('POST', { offer }, key),
    );
  }

  entries(): Promise<string[]> {
    return this.shop.entries(this.user);
  }

  async available(): Promise<number> {
    return (await this.shop.wallet(this.user)).available;
  }

  /** Newest first. */
  async purchases() {
    return (await this.shop.product.call(this.user, '/api/credits/purchases')).body.data;
  }

  spend(credits: number): Promise<unknown> {
    return this.shop.product.app
      .get(CreditsService)
      .charge({ userId: this.user, action: 'premium_export', credits });
  }
}
