import type Stripe from 'stripe';
import type { Environment } from '../../config/environment.js';
import {
  PaymentDeclinedError,
  type PlanOrder,
  type PlanProvider,
  type SubscriptionFacts,
} from '../plans/plan-provider.js';
import { counted } from '../../credits/plumbing.js';
import type { Terms } from '../plans/terms.js';
import { factsOfSubscription } from './invoices.js';
import { checkoutOf, commonOf } from './checkout.js';
import { idOf } from './facts.js';
import { ifKnown, unlessOver } from './known.js';
import type { Checkout } from '../checkout.js';

/** Two years of months, newest first: nobody overlooks more than that. */
const INVOICES = 24;

/** Plans by Stripe Billing. It keeps cards, due dates and reminders; we look. */
export class StripePlans implements PlanProvider {
  readonly account: string;

  constructor(
    private readonly stripe: Stripe,
    private readonly errors: typeof Stripe.errors,
    private readonly settings: Pick<Environment, 'publicUrl' | 'stripeTax' | 'stripeSecretKey'>,
  ) {
    this.account = /^[sr]k_test_/.test(settings.stripeSecretKey!) ? 'stripe test' : 'stripe';
  }

  async priceOf({ id, plan, credits, amount, currency, months }: Terms): Promise<string> {
    const name = `${plan}: ${counted(credits, 'credit')} each month`;
    const price = await this.stripe.prices.create(
      {
        currency: currency.toLowerCase(),
        unit_amount: amount,
        recurring: { interval: months === 1 ? 'month' : 'year' },
        product_data: { name },
      },
      { idempotencyKey: `price:${id}` },
    );
    return price.id;
  }

  async customerOf(id: string): Promise<string> {
    const customer = await this.stripe.customers.create(
      { metadata: { customer: id } },
      { idempotencyKey: `customer:${id}` },
    );
    return customer.id;
  }

  async subscribe({ id, price, customer, trialDays }: PlanOrder): Promise<Checkout> {
    const session = await this.stripe.checkout.sessions.create(
      {
        ...commonOf(id, this.settings),
        mode: 'subscription',
        customer,
        line_items: [{ quantity: 1, price }],
        subscription_data: {
          metadata: { purchase: id },
          ...(trialDays !== null && { trial_period_days: trialDays }),
        },
        // Tax needs to know where somebody lives, and a tax id whose it is.
        ...(this.settings.stripeTax === 'on' && { customer_update: { address: 'auto', name: 'auto' } }),
      },
      { idempotencyKey: `purchase:${id}` },
    );
    return checkoutOf(session);
  }

  async lookAt(ref: string): Promise<SubscriptionFacts | undefined> {
    const asked = Promise.all([
      this.stripe.subscriptions.retrieve(ref),
      this.stripe.invoices.list({ subscription: ref, limit: INVOICES }),
    ]);
    const known = await ifKnown(asked);
    return known && factsOfSubscription(known[0], known[1].data);
  }

  /**
   * Paid now: in full for a whole period from now on, and nothing changes unless the bank pays. Otherwise the price of
   * the next invoice is another one. Nothing is set off: what was paid for was given.
   */
  async change(ref: string, price: string, purchaseId: string | null): Promise<string | null> {
    const { items } = await this.stripe.subscriptions.retrieve(ref);
    const [item] = items.data;
    const isPaidNow = purchaseId !== null;
    try {
      const changed = await this.stripe.subscriptions.update(
        ref,
        {
          items: [{ id: item!.id, price }],
          proration_behavior: 'none',
          ...(isPaidNow && paidNow(purchaseId)),
        },
        isPaidNow ? { idempotencyKey: `purchase:${purchaseId}` } : {},
      );
      const { latest_invoice: invoice } = changed;
      if (!isPaidNow || invoice === null) return null;
      return idOf(invoice);
    } catch (error) {
      if (error instanceof this.errors.StripeCardError) {
        throw new PaymentDeclinedError(error.message, { cause: error });
      }
      throw error;
    }
  }

  async end(ref: string): Promise<void> {
    await unlessOver(this.stripe.subscriptions.cancel(ref), this.errors);
  }

  async portal(customer: string): Promise<string> {
    const { publicUrl } = this.settings;
    const return_url = `${publicUrl!.replace(/\/$/, '')}/#credits`;
    return (await this.stripe.billingPortal.sessions.create({ customer, return_url })).url;
  }
}

const paidNow = (purchaseId: string): Stripe.SubscriptionUpdateParams => ({
  billing_cycle_anchor: { type: 'now' },
  payment_behavior: 'error_if_incomplete',
  metadata: { purchase: purchaseId },
});
