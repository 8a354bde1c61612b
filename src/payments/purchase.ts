/**
 * purchase  somebody buys an offer: open → paid | failed | expired, or suspect, where money came that we cannot place
 * checkout  where it is paid, at the provider
 * reversal  money that goes back: a refund, or a dispute of the card's owner
 */
export const PURCHASE_STATES = ['open', 'paid', 'failed', 'expired', 'suspect'] as const;
export type PurchaseState = (typeof PURCHASE_STATES)[number];

/** What a host may be told of it. */
export type PurchaseEvent = 'purchase.paid' | 'purchase.failed' | 'purchase.reversed' | 'purchase.suspect';

/** What its buyer sees of it. Amounts are in minor units. */
export interface Purchase {
  id: string;
  offer: string | null;
  /** Of a plan: the subscription that it pays a period of, once there is one. */
  kind: 'pack' | 'plan';
  subscriptionId: string | null;
  state: PurchaseState;
  /** The buyer has paid, and the bank takes its time. */
  pending: boolean;
  credits: number | null;
  amount: number;
  currency: string;
  /** What was paid in the end, with tax and without discounts; null: nothing yet. */
  paidAmount: number | null;
  /** How much of it has gone back. */
  reversed: number;
  /** The credits that were taken back with it. */
  creditsBack: number;
  /** Where to pay, while it is open. */
  url: string | null;
  expiresAt: string | null;
  receiptUrl: string | null;
  createdAt: string;
  paidAt: string | null;
}

/** What an operator sees beside that. */
export interface PurchaseRecord extends Purchase {
  /** Null: money that names a purchase of ours that is not here. */
  userId: string | null;
  provider: string;
  /** Why it is suspect. */
  suspicion: string | null;
  checkoutRef: string | null;
  paymentRef: string | null;
  entryId: string | null;
  reversals: { kind: 'refund' | 'dispute'; amount: number; asked: boolean; refusal: string | null }[];
}

/** A row of payments.purchases, as the driver reads it, with what its reversals come to. */
export interface PurchaseRow {
  id: string;
  user_id: string | null;
  offer: string | null;
  /** Null: of a pack. */
  terms: string | null;
  trial_days: number | null;
  /** Of a plan: in so many parts its credits come. */
  refills: number | null;
  is_share: boolean;
  subscription_id: string | null;
  invoice_ref: string | null;
  period_starts_at: Date | null;
  period_ends_at: Date | null;
  allowance_id: string | null;
  credits: string | null;
  amount: string;
  currency: string;
  expires_months: number | null;
  provider: 'demo' | 'stripe';
  state: PurchaseState;
  is_pending: boolean;
  suspicion: string | null;
  session_ref: string | null;
  url: string | null;
  session_expires_at: Date | null;
  payment_ref: string | null;
  paid_amount: string | null;
  paid_at: Date | null;
  entry_id: string | null;
  clawed: string;
  taken: string;
  turn: number;
  receipt_url: string | null;
  created_at: Date;
  reversals: PurchaseRecord['reversals'];
}

export function toPurchase(row: PurchaseRow): Purchase {
  const isOpen = row.state === 'open';
  return {
    id: row.id,
    offer: row.offer,
    kind: row.terms === null ? 'pack' : 'plan',
    subscriptionId: row.subscription_id,
    state: row.state,
    pending: isOpen && row.is_pending,
    credits: row.credits === null ? null : Number(row.credits),
    amount: Number(row.amount),
    currency: row.currency,
    paidAmount: row.paid_amount === null ? null : Number(row.paid_amount),
    reversed: backOf(row),
    creditsBack: Number(row.clawed),
    url: isOpen && !row.is_pending ? row.url : null,
    expiresAt: isOpen ? timeOf(row.session_expires_at) : null,
    receiptUrl: row.receipt_url,
    createdAt: row.created_at.toISOString(),
    paidAt: timeOf(row.paid_at),
  };
}

export function toRecord(row: PurchaseRow): PurchaseRecord {
  return {
    ...toPurchase(row),
    userId: row.user_id,
    provider: row.provider,
    suspicion: row.suspicion,
    checkoutRef: row.session_ref,
    paymentRef: row.payment_ref,
    entryId: row.entry_id,
    reversals: row.reversals,
  };
}

/** Money that is back, at most what was paid: a refund and a dispute may both claim the same payment. */
export function backOf({ reversals, paid_amount: paid }: PurchaseRow): number {
  const claimed = reversals.reduce((sum, { amount }) => sum + amount, 0);
  return Math.min(claimed, Number(paid ?? 0));
}

const timeOf = (time: Date | null) => time?.toISOString() ?? null;
