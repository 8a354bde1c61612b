import type { SubscriptionState } from './plan-provider.js';

/** What a user sees of a subscription. Amounts are in minor units. */
export interface Subscription {
  id: string;
  plan: string;
  state: SubscriptionState;
  /** Each month. */
  credits: number;
  amount: number;
  currency: string;
  interval: 'month' | 'year';
  /** When the period that was paid, or the trial, ends. */
  paidUntil: string | null;
  /** When it ends, where it was cancelled. */
  cancelsAt: string | null;
  createdAt: string;
  endedAt: string | null;
}

/** A row of payments.subscriptions with its terms, as the driver reads it. */
export interface SubscriptionRow {
  id: string;
  user_id: string;
  provider: string;
  terms: string;
  ref: string;
  state: SubscriptionState;
  plan: string;
  credits: string;
  amount: string;
  currency: string;
  months: number;
  paid_until: Date | null;
  cancels_at: Date | null;
  ended_at: Date | null;
  looked_at: Date | null;
  created_at: Date;
}

export function toSubscription(row: SubscriptionRow): Subscription {
  const { id, plan, state, currency, months } = row;
  return {
    id,
    plan,
    state,
    credits: Number(row.credits),
    amount: Number(row.amount),
    currency,
    interval: months === 1 ? 'month' : 'year',
    paidUntil: row.paid_until?.toISOString() ?? null,
    cancelsAt: row.cancels_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
