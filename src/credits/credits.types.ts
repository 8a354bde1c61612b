import type { Measured } from './prices/price.js';
import type { ENTRY_KINDS, GRANT_CATEGORIES } from './vocabulary.js';

// Amounts are whole credits from 0 to 2^53−1, and times are RFC 3339 in UTC, unless a member says otherwise.

/** A wallet at one moment. */
export interface Balance {
  userId: string;
  balance: number;
  held: number;
  /** balance − held */
  available: number;
  /** What clawbacks could not take. Credits that come in pay it first; while it is above 0, nothing is available. */
  owed: number;
  /** Goes up by one with every change of the wallet, changes of its holds included. */
  version: number;
  /** When it was read, by the database's clock. */
  asOf: string;
}

/** The next refill of an allowance. */
export interface NextRefill {
  at: string;
  credits: number;
}

/** A balance as it was read. */
export interface BalanceReading extends Balance {
  /** When time alone changes it: a hold or grant expires, or an allowance refills. null: never. */
  dueAt: string | null;
  /** null: the user has no allowance that refills again. */
  nextRefill: NextRefill | null;
}

/** The ledger entry that a call made, and the wallet right after it. */
export interface Receipt {
  entryId: string;
  /** The hold that was captured; null for anything but a capture. */
  holdId: string | null;
  /** The credits that a charge or capture took; 0 for a grant, adjustment or refund. */
  charged: number;
  balance: number;
  held: number;
  available: number;
  version: number;
  /** True if the idempotency key had been used before: this is the first outcome, and nothing happened now. */
  replayed: boolean;
}

/** The receipt of a clawback or a restore. */
export interface Reversal extends Receipt {
  /** Credits that a clawback took from the balance; the rest of its amount is now owed. */
  taken: number;
  /** Credits that a restore added to the balance; the rest of its amount reduced what was owed. */
  restored: number;
  /** What the wallet owes afterwards, for all its grants together. */
  owed: number;
}

/** What became of a credit grant: granted = left + held + lapsed + takenBack + spent. */
export interface GrantState {
  entryId: string;
  userId: string;
  granted: number;
  /** Unspent and not on hold, including what was carried into a later period. */
  left: number;
  /** Unspent, and set aside by holds. */
  held: number;
  /** Expired before it was spent. */
  lapsed: number;
  /** Clawed back, less what was restored; credits that are still owed count too. */
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

/** Who had the work done, and on what. A retry may differ in both: an idempotency key does not cover them. */
export interface Told {
  /** Who acts on the wallet if not its user: a member of a team, a service. */
  actor?: string;
  /** 1 to 500 characters for people to read, such as the name of a file. A later one replaces an earlier one. */
  description?: string;
}

/** What an action costs, by one version of the price list. */
export interface Quote {
  action: string;
  units: number;
  credits: number;
  priceVersion: string;
  /** The quantities that the quote is for. */
  measured?: Measured;
}

export type EntryKind = (typeof ENTRY_KINDS)[number];
export type GrantCategory = (typeof GRANT_CATEGORIES)[number];

/** A ledger entry: one change of a balance. It never changes itself. */
export interface Entry {
  id: string;
  /** The wallet's version that this change made. A gap between two entries is a change of a hold. */
  version: number;
  kind: EntryKind;
  /** Signed: what the balance changed by. */
  amount: number;
  balanceAfter: number;
  /** What the wallet owed after a clawback or a restore; null for other kinds, which do not change it. */
  owedAfter: number | null;
  action: string | null;
  reason: string | null;
  actor: string | null;
  /** What a charge was for, such as the name of a file; null for other kinds, and after the user's erasure. */
  description: string | null;
  holdId: string | null;
  /** The id of the entry that a refund, clawback or restore is for. */
  reverses: string | null;
  priceVersion: string | null;
  createdAt: string;
  /** How much of this charge has been refunded; null for other kinds. */
  refunded: number | null;
  /** How much of what this entry gave was clawed back, less what was restored; null if it gave no credits. */
  takenBack: number | null;
  /** The ids of the refunds of this charge, or of the clawbacks and restores of this grant, oldest first. */
  reversedBy: string[];
}

export interface HistoryFilter {
  /** 1 to 200 entries; default 50. */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
  kind?: EntryKind;
  action?: string;
  /** Entries made at this time or later. */
  from?: string;
  /** Entries made before this time. */
  to?: string;
}

export interface Page<T> {
  data: T[];
  /** Asks for the next page; null on the last one. */
  nextCursor: string | null;
}

export interface QuoteInput {
  action: string;
  /** How many calls, for a price per call: a whole number ≥ 0, default 1. */
  units?: number;
  /** How much of each unit, for a price by unit: whole numbers ≥ 0. A price per call ignores it. */
  measured?: Measured;
}

export interface HoldInput extends Omit<QuoteInput, 'measured'>, Told {
  userId: string;
  /** The most that the work may use, at a price by unit. The capture measures what it did use. */
  atMost?: Measured;
  /** Instead of `atMost`: what the work is sure to use. `raise` the hold once you know how much it needs. */
  atLeast?: Measured;
  /** An amount of your own instead of price × units. The action then needs no price. */
  credits?: number;
  /** An earlier quote for this action and these units: the hold is for the credits quoted then. */
  quote?: Quote;
  /** The hold expires after so many seconds unless it is extended; default: the module's `holdTtlSeconds`. */
  ttlSeconds?: number;
  idempotencyKey?: string;
}

export type ChargeInput = Omit<HoldInput, 'ttlSeconds' | 'atMost' | 'atLeast' | 'quote'> &
  Pick<QuoteInput, 'measured'>;

export interface CaptureInput extends Told {
  holdId: string;
  /** The call is refused unless this owner has the hold (see `take`); absent: it does not matter who has it. */
  owner?: string;
  /** At most the hold's amount, and by default all of it; the rest is released. */
  credits?: number;
  /** Instead of `credits`: what was used, at the price the hold was made at. At most the whole hold is captured. */
  measured?: Measured;
}

export interface RaiseInput {
  holdId: string;
  /** All that the work will use. */
  measured: Measured;
  /** The call is refused if this costs more. */
  maxCredits?: number;
  /** As in CaptureInput. */
  owner?: string;
}

export interface ReleaseInput extends Told {
  holdId: string;
  /** As in CaptureInput. */
  owner?: string;
  reason?: string;
}

export interface ExtendInput {
  holdId: string;
  /** Default: the module's `holdTtlSeconds`. */
  ttlSeconds?: number;
  /** As in CaptureInput. */
  owner?: string;
}

export interface TakeInput {
  userId: string;
  action: string;
  holdId: string;
  /** Names the new owner; must be unique, for example a random UUID. */
  owner: string;
}

export interface AdjustInput {
  userId: string;
  /** A grant takes at least 1; an adjustment is signed and not 0. */
  credits: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}

export interface GrantInput extends AdjustInput {
  /** Default `paid`. */
  category?: GrantCategory;
  /** 0 to 100; the lowest is spent first, and the default is 50. */
  priority?: number;
  /** A time in the future; absent or null: the grant never expires. */
  expiresAt?: string | Date | null;
}

export interface ReverseInput {
  /** The ledger entry of the grant: the `entryId` of its receipt. */
  entryId: string;
  /** At least 1. */
  credits: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}

export interface RefundInput {
  /** The ledger entry of the charge. */
  entryId: string;
  /** Default: all of the charge that has not been refunded yet. */
  credits?: number;
  reason: string;
  actor: string;
  idempotencyKey?: string;
}
