import type { Pack } from '../config/packs.js';
import type { Checkout } from './checkout.js';
import type { PlanProvider } from './plans/plan-provider.js';

/** What the buyer was offered, as it stands in our row: nothing that comes later changes it. */
export interface Frozen extends Pick<Pack, 'credits' | 'amount' | 'currency'> {
  /** The purchase's id. */
  id: string;
}

export interface ReversalFact {
  /** What the provider calls it. */
  ref: string;
  kind: 'refund' | 'dispute';
  /** How much money it has taken back, in minor units; 0 where it failed or was won. */
  back: number;
  /** The id of the refund of ours that it is. */
  ours: string | null;
}

/** What the provider says of a checkout now. */
export interface PaymentFacts {
  state: 'open' | 'paid' | 'failed' | 'expired';
  /** The buyer has done their part, and a bank takes its time. */
  isPending: boolean;
  /** The price before tax and discounts, to compare with ours. */
  subtotal: number;
  currency: string;
  /** What was paid in the end: what may come back. */
  paid: number;
  /** What the provider calls the payment. */
  paymentRef: string | null;
  reversals: readonly ReversalFact[];
  receiptUrl: string | null;
  /** Where it pays for a plan, once the buyer has done their part. */
  invoice: { ref: string; subscription: string; starts: Date; ends: Date; fromBalance: number } | null;
}

/** A hint to look: which checkout, invoice or subscription has changed. */
export interface Hint {
  about: 'payment' | 'subscription';
  ref: string;
  /** Of a plan: which of its payments. */
  invoice?: string;
  /** The purchase that it names as its own. */
  purchaseId: string | null;
}

/** Takes the money. What a provider sends is never believed; it is looked up there. */
export interface PaymentProvider {
  readonly name: 'demo' | 'stripe';
  /** Whether it tells us of changes, so that `hear` has something to hear. */
  readonly canHear: boolean;
  /** Idempotent by the purchase's id. */
  begin(purchase: Frozen): Promise<Checkout>;
  /** Undefined: it knows no such checkout for us, as one that was made with another key. */
  look(ref: string): Promise<PaymentFacts | undefined>;
  /** Closes the checkout to further payments; one that was just paid stays paid. An unknown one is not an error. */
  abandon(ref: string): Promise<void>;
  /** What an event is about; undefined where it is about nothing of ours. @throws BadSignatureError */
  hear(raw: Buffer, headers: Record<string, unknown>): Promise<Hint | undefined>;
  /** Idempotent by the refund's id. @throws RefundRefusedError */
  refund(ref: string, refund: { id: string; amount: number }): Promise<void>;
  /** Payments that were refunded or disputed since then: for when nothing was heard. */
  reversedSince(time: Date): AsyncIterable<Hint>;
  /** Checkouts, and invoices of subscriptions, that began since then and are paid by now, some of them days later. */
  paidOfThoseBegunSince(time: Date): AsyncIterable<Hint>;
  readonly plans: PlanProvider;
}

/** The event does not come from the provider. */
export class BadSignatureError extends Error {
  override name = 'BadSignatureError';
}

/** The provider will not give this money back; its reason may be shown to an operator. */
export class RefundRefusedError extends Error {
  override name = 'RefundRefusedError';
}

export const PAYMENT_PROVIDER = Symbol('payment provider');
