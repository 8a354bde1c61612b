import type Stripe from 'stripe';
import type {
  InvoiceFacts,
  InvoiceLine,
  SubscriptionFacts,
  SubscriptionState,
} from '../plans/plan-provider.js';
import type { PaymentFacts } from '../provider.js';
import { idOf, reversalsOf, type MoneyBack } from './facts.js';

// What Stripe says of subscriptions and their invoices, in our words.

/** As the payment of a purchase. */
export function factsOfInvoice(invoice: Stripe.Invoice, back: MoneyBack): PaymentFacts {
  const { lines, fromBalance, total } = toInvoice(invoice);
  const main = lines.reduce<InvoiceLine | null>(
    (most, line) => (most === null || line.amount > most.amount ? line : most),
    null,
  );
  const subscription = subscriptionOf(invoice);
  return {
    state: invoice.status === 'paid' ? 'paid' : isGivenUp(invoice) ? 'failed' : 'open',
    isPending: false,
    subtotal: lines.reduce((sum, { amount }) => sum + amount, 0),
    currency: invoice.currency.toUpperCase(),
    paid: invoice.amount_paid,
    paymentRef: intentsOf(invoice)[0] ?? null,
    reversals: reversalsOf(back),
    receiptUrl: invoice.hosted_invoice_url ?? null,
    invoice:
      subscription === null || main === null
        ? null
        : {
            ref: invoice.id,
            subscription,
            starts: main.starts,
            ends: main.ends,
            fromBalance: total > 0 ? fromBalance : 0,
          },
  };
}

function toInvoice(invoice: Stripe.Invoice): InvoiceFacts {
  const { id, status, currency, total, amount_due, parent, billing_reason: reason } = invoice;
  const isAskedFor = reason === 'subscription_create' || reason === 'subscription_update';
  return {
    ref: id,
    isPaid: status === 'paid',
    purchaseId: isAskedFor ? (parent?.subscription_details?.metadata?.['purchase'] ?? null) : null,
    currency: currency.toUpperCase(),
    total,
    fromBalance: Math.max(0, total - amount_due),
    lines: invoice.lines.data.flatMap(toLine),
  };
}

export function subscriptionOf({ parent }: Pick<Stripe.Invoice, 'parent'>): string | null {
  const subscription = parent?.subscription_details?.subscription ?? null;
  return subscription === null ? null : idOf(subscription);
}

/** Through which payments it was paid: one, as a rule. */
export function intentsOf({ payments }: Pick<Stripe.Invoice, 'payments'>): string[] {
  const intents = payments?.data.map(({ payment }) => payment.payment_intent) ?? [];
  return intents.flatMap((intent) => (intent === undefined ? [] : [idOf(intent)]));
}

/** Since 2025 a period belongs to the subscription's items. Ours has one. */
export function factsOfSubscription(
  subscription: Stripe.Subscription,
  invoices: readonly Stripe.Invoice[],
): SubscriptionFacts {
  const [item] = subscription.items.data;
  const { cancel_at: at, cancel_at_period_end: isLast } = subscription;
  const paidUntil = item === undefined ? null : timeOf(item.current_period_end);
  return {
    state: stateOf(subscription.status),
    price: item?.price.id ?? null,
    paidUntil,
    cancelsAt: at !== null ? timeOf(at) : isLast ? paidUntil : null,
    invoices: invoices.map(toInvoice),
  };
}

function stateOf(status: Stripe.Subscription.Status): SubscriptionState {
  switch (status) {
    case 'trialing':
      return 'trialing';
    case 'active':
      return 'active';
    case 'canceled':
    case 'incomplete_expired':
      return 'ended';
    default:
      return 'past_due';
  }
}

const isGivenUp = ({ status }: Stripe.Invoice) => status === 'void' || status === 'uncollectible';

function toLine({ amount, period, pricing }: Stripe.InvoiceLineItem): InvoiceLine[] {
  const price = pricing?.price_details?.price;
  if (price === undefined) return [];
  return [{ price: idOf(price), amount, starts: timeOf(period.start), ends: timeOf(period.end) }];
}

const timeOf = (seconds: number) => new Date(seconds * 1000);
