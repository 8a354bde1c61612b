import type Stripe from 'stripe';
import type { PaymentFacts, ReversalFact } from '../provider.js';

/** What went back of a payment. */
export interface MoneyBack {
  refunds: readonly Stripe.Refund[];
  disputes: readonly Stripe.Dispute[];
}

// What Stripe says, in our words: here and in invoices.ts alone the members of its objects are known.

/** Of a checkout session with its payment intent expanded. */
export function factsOf(session: Stripe.Checkout.Session, back: MoneyBack): PaymentFacts {
  const state = stateOf(session);
  const intent = intentOf(session);
  return {
    state,
    isPending: session.status === 'complete' && state === 'open',
    subtotal: session.amount_subtotal ?? 0,
    currency: (session.currency ?? '').toUpperCase(),
    paid: session.amount_total ?? 0,
    paymentRef: intent?.id ?? null,
    reversals: reversalsOf(back),
    receiptUrl: receiptOf(session),
    invoice: null,
  };
}

export function reversalsOf({ refunds, disputes }: MoneyBack): ReversalFact[] {
  return [...refunds.map(ofRefund), ...disputes.map(ofDispute)];
}

/** A completed session may still be unpaid: a bank that takes days says later whether the money came. */
function stateOf(session: Stripe.Checkout.Session): PaymentFacts['state'] {
  if (isPaid(session)) return 'paid';
  if (session.status === 'expired') return 'expired';
  const status = intentOf(session)?.status;
  const isOver = status === 'requires_payment_method' || status === 'canceled';
  return session.status === 'complete' && isOver ? 'failed' : 'open';
}

function isPaid({
  payment_status: status,
  amount_total: total,
  total_details: details,
}: Stripe.Checkout.Session) {
  if (status === 'paid') return true;
  return status === 'no_payment_required' && total === 0 && (details?.amount_discount ?? 0) > 0;
}

function intentOf({ payment_intent: intent }: Stripe.Checkout.Session): Stripe.PaymentIntent | null {
  return typeof intent === 'object' ? intent : null;
}

function receiptOf(session: Stripe.Checkout.Session): string | null {
  const { invoice } = session;
  if (invoice !== null && typeof invoice === 'object' && invoice.hosted_invoice_url != null) {
    return invoice.hosted_invoice_url;
  }
  const charge = intentOf(session)?.latest_charge;
  return charge !== null && typeof charge === 'object' ? charge.receipt_url : null;
}

/** A refund may fail days after it succeeded; then the money is with us again. */
function ofRefund({ id, status, amount, metadata }: Stripe.Refund): ReversalFact {
  const isBack = status !== 'failed' && status !== 'canceled';
  return { ref: id, kind: 'refund', back: isBack ? amount : 0, ours: metadata?.['refund'] ?? null };
}

/**
 * Judges a dispute by the money that moved and not by its status: an inquiry moves none, a dispute that was won has moved
 * it back, and new statuses need no code. If the balance is in another currency than the payment, it only tells whether money moved.
 */
function ofDispute({ id, amount, currency, balance_transactions: moves }: Stripe.Dispute): ReversalFact {
  const taken = -moves.reduce((sum, move) => sum + move.amount, 0);
  const isComparable = moves.every((move) => move.currency === currency);
  const back = taken <= 0 ? 0 : isComparable ? taken : amount;
  return { ref: id, kind: 'dispute', back, ours: null };
}

/** Of an object, expanded or not. */
export const idOf = (reference: string | { id: string }): string =>
  typeof reference === 'string' ? reference : reference.id;
