import type Stripe from 'stripe';

// Prices, subscriptions and invoices as the product uses them, with the members of the SDK's types.

export type Price = Pick<Stripe.Price, 'id' | 'object' | 'currency' | 'unit_amount'> & {
  interval: 'month' | 'year';
};
export type Line = Pick<Stripe.InvoiceLineItem, 'object' | 'amount' | 'period' | 'pricing'>;
export type Invoice = Pick<
  Stripe.Invoice,
  | 'id'
  | 'object'
  | 'status'
  | 'currency'
  | 'total'
  | 'amount_due'
  | 'amount_paid'
  | 'billing_reason'
  | 'hosted_invoice_url'
  | 'created'
> & {
  parent: {
    subscription_details: { subscription: string; metadata: Record<string, string> };
    quote_details: null;
    type: 'subscription_details';
  };
  lines: { data: Line[] };
  payments: { data: { payment: { type: 'payment_intent'; payment_intent: string } }[] };
};
export type Subscription = Pick<
  Stripe.Subscription,
  'id' | 'object' | 'status' | 'cancel_at_period_end' | 'cancel_at' | 'created'
> & {
  customer: string;
  metadata: Record<string, string>;
  latest_invoice: string | null;
  items: { data: { id: string; price: Price; current_period_start: number; current_period_end: number }[] };
};

/** What a checkout of a plan has beyond one of a pack. */
export interface PlanSession {
  invoice: string | null;
  subscription: string | null;
}
export interface Session extends PlanSession {
  status: Stripe.Checkout.Session.Status | null;
  payment_status: string;
  client_reference_id: string | null;
}
export interface Order {
  price: Price;
  customer: string;
  purchase: string;
  trialDays: number;
  amount: number;
  currency: string;
}

/** What it needs of the rest of the double. */
export interface Till {
  sessionOf(ref: string): Session;
  /** Answers the payment intent. */
  pay(): string;
  tell(type: string, object: object): void;
}
