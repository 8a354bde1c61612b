import type { EntryKind, GrantCategory, HoldState } from '../credits.types.js';
import type { OutcomeCode } from '../ledger/operation.js';

export const NEVER = Number.MAX_SAFE_INTEGER;
/** What burns when: 0 first. */
export type GrantTerms = { priority: number; category: GrantCategory; expiresAt: number };
/** `cause`: why the ledger made it of its own accord; `origin`: the one that an entry gave, of which it came. */
export type ModelGrant = GrantTerms & {
  amount: number;
  remaining: number;
  cause?: string;
  origin?: ModelGrant;
};
export type Slice = { of: ModelGrant; amount: number };
/** `version`: of the wallet, when it was set aside. */
export type ModelHold = {
  amount: number;
  expiresAt: number;
  state: HoldState;
  owner: string | undefined;
  version: number;
};
type Change = { version: number; kind: EntryKind; amount: number; balanceAfter: number };
type After = { heldAfter: number; owedAfter: number | null };
/** What an entry is about; `slices`: what a charge took, in burn order, less what was refunded. */
type About = { slices?: Slice[]; of?: ModelGrant; cause?: string };
export type ModelEntry = Change & After & About & { slices: Slice[]; refunded: number; takenBack: number };

/**
 * A wallet's grants as a glass, kept the slow and obvious way: each grant knows what remains of it. What may be done with
 * it, and when, ModelWallet says.
 */
export class Glass {
  version = 0;
  /** What clawbacks could not take. */
  owed = 0;
  /** Oldest first, spent ones included. */
  readonly grants: ModelGrant[] = [];
  /** Oldest first; one that was raised counts as made then. */
  readonly holds: ModelHold[] = [];
  readonly entries: ModelEntry[] = [];
  /** When gifts, refunds or expiries last put the grants in order. */
  stackedAt = 0;

  constructor(readonly clock: { readonly now: number }) {}

  /** As it is now: answers how to make it so again, with the very objects that are there. */
  save(): () => void {
    const { version, owed, stackedAt } = this;
    const lists = [saveList(this.grants), saveList(this.holds), saveList(this.entries)];
    return () => {
      Object.assign(this, { version, owed, stackedAt });
      for (const restore of lists) restore();
    };
  }

  get balance(): number {
    return sum(this.grants.map(({ remaining }) => remaining));
  }

  get held(): number {
    return sum(this.holds.map(({ state, amount }) => (state === 'held' ? amount : 0)));
  }

  /** Priority, then the next to expire with never last, then the oldest: the sort keeps the order of equals. */
  burnOrder(): ModelGrant[] {
    return [...this.grants].sort((a, b) => a.priority - b.priority || a.expiresAt - b.expiresAt);
  }

  /** What had expired and was kept by a hold is taken first: no gift may push it out of that protection. */
  #stackOrder(): ModelGrant[] {
    const place = (grant: ModelGrant) => (grant.expiresAt <= this.stackedAt ? 0 : 1);
    return this.burnOrder().sort((a, b) => place(a) - place(b));
  }

  /** What of each grant is not held, in burn order: held is what burns first. */
  freeParts(): Slice[] {
    let shield = this.held;
    return this.#stackOrder().map((of) => {
      const kept = Math.min(shield, of.remaining);
      shield -= kept;
      return { of, amount: of.remaining - kept };
    });
  }

  /** Take credits in burn order. */
  burn(credits: number): Slice[] {
    ensure(credits <= this.balance - this.held, 'insufficient');
    let left = credits;
    return this.#stackOrder().map((of) => {
      const amount = Math.min(of.remaining, left);
      of.remaining -= amount;
      left -= amount;
      return { of, amount };
    });
  }

  pour(slices: readonly Slice[], at: number = this.clock.now): number {
    for (const { of, amount } of slices) of.remaining += amount;
    if (slices.length > 0) this.stackedAt = at;
    return sum(slices.map(({ amount }) => amount));
  }

  open(amount: number, terms: GrantTerms & Pick<ModelGrant, 'cause' | 'origin'>): ModelGrant {
    this.ensureRoom(amount);
    return append(this.grants, { ...terms, amount, remaining: 0 });
  }

  ensureRoom(credits: number): void {
    ensure(credits <= Number.MAX_SAFE_INTEGER - this.balance, 'too_large');
  }

  /** To that grant, or to a successor without expiry where it has expired; what it has no room for is a grant that came of none. */
  bringBack(of: ModelGrant, amount: number): void {
    const { priority, category } = of;
    const origin = of.origin ?? of;
    const fits = Math.min(amount, this.#roomOf(origin));
    const lasting = { priority, category, expiresAt: NEVER };
    if (fits > 0) {
      const isOver = of.expiresAt <= this.clock.now;
      this.pour([{ of: isOver ? this.open(fits, { ...lasting, origin }) : of, amount: fits }]);
    }
    const rest = amount - fits;
    if (rest > 0) this.pour([{ of: this.open(rest, lasting), amount: rest }]);
  }

  /** What is neither left of a grant that an entry gave, and of what came of it, nor lapsed or taken back. */
  #roomOf(given: ModelGrant): number {
    const left = this.grants.map((one) => (isOf(one, given) ? one.remaining : 0));
    const gone = this.entries.map(({ kind, of, amount, takenBack }) => {
      if (kind === 'expiry') return isOf(of!, given) ? 0 - amount : 0;
      return of === given ? takenBack : 0;
    });
    return Math.max(0, given.amount - sum(left) - sum(gone));
  }

  /** What had expired at `cut` and is not held. */
  expire(cut: number): void {
    const lapsed = this.freeParts().filter(({ of, amount }) => of.expiresAt <= cut && amount > 0);
    for (const { of, amount } of lapsed) {
      of.remaining -= amount;
      this.enter('expiry', -amount, { of, cause: 'expired' });
    }
    if (lapsed.length > 0) this.stackedAt = cut;
  }

  /** What is available pays what is owed. */
  collect(): void {
    const paid = Math.min(this.owed, this.balance - this.held);
    if (paid <= 0) return;
    this.burn(paid);
    this.owed -= paid;
    this.enter('clawback', -paid, { cause: 'owed' });
  }

  enter(kind: EntryKind, amount: number, about: About = {}): ModelEntry {
    this.version += 1;
    const owedAfter = kind === 'clawback' || kind === 'restore' ? this.owed : null;
    const change = { version: this.version, kind, amount, balanceAfter: this.balance };
    const entry = { ...change, heldAfter: this.held, owedAfter, slices: [], refunded: 0, takenBack: 0 };
    return append(this.entries, { ...entry, ...about });
  }
}

/** What the ledger answers; edits by hand and allowances have answers of their own. */
type Refused = OutcomeCode | 'check_violation' | 'anchor_too_old' | 'until_too_early';

export class Refusal extends Error {
  constructor(readonly outcome: Refused) {
    super(outcome);
  }
}

export function ensure(condition: boolean, outcome: Refused): asserts condition {
  if (!condition) throw new Refusal(outcome);
}

/** Whether it is that grant, or came of it. */
export const isOf = (grant: ModelGrant, of: ModelGrant): boolean => grant === of || grant.origin === of;

export function append<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

/** Answers how to make a list what it is now: the same objects, each with the values it has. */
export function saveList<T extends object>(list: T[]): () => void {
  const saved = list.map((item): [T, T] => [item, copyOf(item)]);
  return () => {
    list.splice(0, Infinity, ...saved.map(([item]) => item));
    for (const [item, values] of saved) Object.assign(item, values);
  };
}

/** What a slice is of stays that very grant. */
function copyOf<T extends { slices?: Slice[] }>(item: T): T {
  return item.slices === undefined
    ? { ...item }
    : { ...item, slices: item.slices.map((slice) => ({ ...slice })) };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
