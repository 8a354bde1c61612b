import type { Terms } from './terms.js';
import type { Checkout } from '../checkout.js';

/** One plan of an invoice, as the provider charged for it. */
export interface InvoiceLine {
  /** What the provider calls the price; it names our terms. */
  price: string;
  /** Before tax and discounts; negative where something is given back. */
  amount: number;
  starts: Date;
  ends: Date;
}

export interface InvoiceFacts {
  ref: string;
  isPaid: boolean;
  /** The purchase that it was made for; null: the provider made it by itself, as for each further period. */
  purchaseId: string | null;
  currency: string;
  /** With tax and without discounts. */
  total: number;
  /** How much of it came from a balance at the provider instead of the buyer. */
  fromBalance: number;
  lines: readonly InvoiceLine[];
}

export type SubscriptionState = 'trialing' | 'active' | 'past_due' | 'ended';

/** What the provider says of a subscription now. */
export interface SubscriptionFacts {
  state: SubscriptionState;
  price: string | null;
  /** When the period that runs ends, the trial included. */
  paidUntil: Date | null;
  /** When it ends if nobody changes their mind. */
  cancelsAt: Date | null;
  /** The latest, in whatever order. */
  invoices: readonly InvoiceFacts[];
}

export interface PlanOrder {
  /** The purchase's id. */
  id: string;
  price: string;
  customer: string;
  trialDays: number | null;
  /** For a provider that shows them itself. */
  terms: Terms;
}

/** The provider's part in plans: it keeps cards, due dates and reminders. */
export interface PlanProvider {
  /** Under which its prices and customers are kept: a live key does not know those of a test key. */
  readonly account: string;
  /** What it calls the price of these terms. Idempotent by their id. */
  priceOf(terms: Terms): Promise<string>;
  /** What it calls a customer of ours. Idempotent by our id of them. */
  customerOf(id: string): Promise<string>;
  /** Idempotent by the purchase's id. */
  subscribe(order: PlanOrder): Promise<Checkout>;
  /** Undefined: it knows no such subscription for us, as one that was made with another key. */
  lookAt(subscription: string): Promise<SubscriptionFacts | undefined>;
  /**
   * Another price: at once, where a purchase says who pays for it, or from the next invoice on. Idempotent by the
   * purchase's id. Answers what the provider calls the invoice. @throws PaymentDeclinedError
   */
  change(subscription: string, price: string, purchaseId: string | null): Promise<string | null>;
  /** Ends it at once, without a refund. One that has ended already is not an error. */
  end(subscription: string): Promise<void>;
  /** A page for cards, invoices and cancelling, for a few minutes. */
  portal(customer: string): Promise<string>;
}

/** The bank refused, and nothing has changed. */
export class PaymentDeclinedError extends Error {
  override name = 'PaymentDeclinedError';
}
