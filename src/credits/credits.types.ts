import type { Measured } from './prices/price.js';

/** All amounts are whole credits, all times RFC 3339 in UTC. */

export interface Balance {
  userId: string;
  balance: number;
  held: number;
  /** balance − held */
  available: number;
  /** What a clawback could not take: whatever comes in pays it first. More than 0: nothing is available. */
  owed: number;
  version: number;
  asOf: string;
}

/** When credits come by themselves, and how many. */
export interface NextRefill {
  at: string;
  credits: number;
}

/** A balance as it was read; by itself it does not change before `dueAt` (null: never). */
export interface BalanceReading extends Balance {
  dueAt: string | null;
  /** When credits come by themselves, and how many; null: none do. */
  nextRefill: NextRefill | null;
}

export interface Receipt {
  entryId: string;
  /** null unless the charge captured a hold */
  holdId: string | null;
  /** Credits taken by a charge or a capture; 0 for whatever is not for work. */
  charged: number;
  balance: number;
  held: number;
  available: number;
  version: number;
  /** True when the idempotency key had been used: nothing happened now, this is the first outcome. */
  replayed: boolean;
}

/** What a clawback or a restore came to. */
export interface Reversal extends Receipt {
  /** Credits that a clawback took from the balance; the rest of what it was for is owed. */
  taken: number;
  /** Credits that a restore gave back; the rest of what it was for is not owed any more. */
  restored: number;
  /** What the wallet owes afterwards, over all its grants. */
  owed: number;
}

/** What became of a grant: granted = left + held + lapsed + takenBack + spent. */
export interface GrantState {
  entryId: string;
  userId: string;
  granted: number;
  /** Still there, and not on hold; also what of it was carried into a later period. */
  left: number;
  /** Still there, and set aside for work that runs. */
  held: number;
  /** Expired before it was spent. */
  lapsed: number;
  /** Taken back by clawbacks, less what was restored, whether it was there or is owed. */
  takenBack: number;
  spent: number;
}

export type HoldState = 'held' | 'captured' | 'released' | 'expired';

export interface Hold {
  id: string;
  userId: string;
  action: string;
  amount: number;
  state: HoldState;
  expiresAt: string;
  createdAt: string;
  priceVersion: string;
  actor: string | null;
  description: string | null;
  replayed: boolean;
}

/** Who had the work done, and on what. Neither is part of what an idempotency key stands for. */
export interface Told {
  /** Somebody who acts on this wallet and is not its user: a member of a team, a service. */
  actor?: string;
  /** 1 to 500 characters for people, such as the name of a file. What is given last holds. */
  description?: string;
}

export interface Quote {
  action: string;
  units: number;
  credits: number;
  priceVersion: string;
  /** As it was asked about. */
  measured?: Measured;
}

export type EntryKind = 'grant' | 'charge' | 'refund' | 'adjustment' | 'expiry' | 'clawback' | 'restore';
export type GrantCategory = 'signup' | 'paid' | 'promotional' | 'compensation';

export interface Entry {
  id: string;
  version: number;
  kind: EntryKind;
  amount: number;
  balanceAfter: number;
  /** Of a clawback or a restore: what the wallet owed then; null for any other kind, which leaves it as it is. */
  owedAfter: number | null;
  action: string | null;
  reason: string | null;
  actor: string | null;
  /** What a charge was for, such as the name of a file; null for any other kind, and after an erasure. */
  description: string | null;
  holdId: string | null;
  reverses: string | null;
  priceVersion: string | null;
  createdAt: string;
  /** How much of this charge has been refunded; null for any other kind. */
  refunded: number | null;
  /** How much of the credits that it gave was taken back, there or owed, less what was restored; null: it gave none. */
  takenBack: number | null;
  /** The refunds of this charge, or clawbacks and restores of this grant, first one first; each names it in `reverses`. */
  reversedBy: string[];
}

export interface HistoryFilter {
  /** 1 … 200, default 50 */
  limit?: number;
  cursor?: string;
  kind?: EntryKind;
  action?: string;
  /** createdAt ≥ from, createdAt < to */
  from?: string;
  to?: string;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface QuoteInput {
  action: string;
  /** A whole number ≥ 0, default 1; for a price per call. */
  units?: number;
  /** unit → whole number ≥ 0; for a price by unit. A price per call stays one per call. */
  measured?: Measured;
}

export interface HoldInput extends Omit<QuoteInput, 'measured'>, Told {
  userId: string;
  /** The most that may be used, at a price by unit; what was used is measured when it is captured. */
  atMost?: Measured;
  /** Instead of it: what the work begins with, before it is known how much it needs; see `raise`. */
  atLeast?: Measured;
  /** An amount of one's own instead of price × units; any action name may carry it. */
  credits?: number;
  /** A quote for this action and these units that was made before: what was quoted is what is held. */
  quote?: Quote;
  /** Default: the module's holdTtlSeconds. */
  ttlSeconds?: number;
  idempotencyKey?: string;
}

export type ChargeInput = Omit<HoldInput, 'ttlSeconds' | 'atMost' | 'atLeast' | 'quote'> &
  Pick<QuoteInput, 'measured'>;

export interface CaptureInput extends Told {
  holdId: string;
  /** Refused once another owner has taken the hold over; absent: any owner. */
  owner?: string;
  /** ≤ the hold's amount, default all of it; the rest is released. */
  credits?: number;
  /** Instead of credits: what was used, at the price the hold was made at. More than was held captures the hold. */
  measured?: Measured;
}

export interface RaiseInput {
  holdId: string;
  measured: Measured;
  /** Refused where that is not enough. */
  maxCredits?: number;
}

export interface ReleaseInput extends Told {
  holdId: string;
  /** As for a capture. */
  owner?: string;
  reason?: string;
}

export interface ExtendInput {
  holdId: string;
  /** Default: the module's holdTtlSeconds. */
  ttlSeconds?: number;
  /** As for a capture. */
  owner?: string;
}

export interface TakeInput {
  userId: string;
  action: string;
  holdId: string;
  /** A word that nobody else has. */
  owner: string;
}

export interface AdjustInput {
  userId: string;
  /** Signed, not 0. */
  credits: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}

export interface GrantInput extends AdjustInput {
  /** Default paid. */
  category?: GrantCategory;
  /** 0 burns first … 100 last, default 50. */
  priority?: number;
  /** A time in the future; absent: never. */
  expiresAt?: string | Date | null;
}

export interface ReverseInput {
  /** The entry of the grant, as its receipt names it. */
  entryId: string;
  /** At least 1. */
  credits: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}

export interface RefundInput {
  entryId: string;
  /** Default: all that is left of the charge. */
  credits?: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}
