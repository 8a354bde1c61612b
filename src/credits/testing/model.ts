import type { EntryKind, GrantCategory, HoldState } from '../credits.types.js';

export const NEVER = Number.MAX_SAFE_INTEGER;
type Terms = { priority: number; category: GrantCategory; expiresAt: number };
type Grant = Terms & { amount: number; remaining: number };
type Slice = { of: Grant; amount: number };
export type ModelHold = { amount: number; expiresAt: number; state: HoldState };
type Change = { version: number; kind: EntryKind; amount: number; balanceAfter: number };
/** `slices`: what a charge took, in burn order, less what was refunded. */
export type ModelEntry = Change & { slices: Slice[]; refunded: number };

/**
 * What the ledger has to do, kept the slow and obvious way: each grant knows what remains of it, each charge what it
 * took from which grant. Every call settles what is due, before and after its own change. Times are milliseconds.
 */
export class ModelWallet {
  version = 0;
  /** Oldest first, spent ones included. */
  readonly grants: Grant[] = [];
  readonly holds: ModelHold[] = [];
  readonly entries: ModelEntry[] = [];

  /** When gifts, refunds or expiries last put the grants in order. */
  #stackedAt = 0;

  constructor(private readonly clock: { readonly now: number }) {}

  /** As it is now; what is done with it answers how to make it so again. */
  save(): () => void {
    const { version, grants, holds, entries } = structuredClone({ ...this });
    const stackedAt = this.#stackedAt;
    return () => {
      this.version = version;
      this.#stackedAt = stackedAt;
      for (const [list, saved] of [
        [this.grants, grants],
        [this.holds, holds],
        [this.entries, entries],
      ] as [unknown[], unknown[]][]) {
        list.splice(0, Infinity, ...saved);
      }
    };
  }

  get balance(): number {
    return sum(this.grants.map(({ remaining }) => remaining));
  }

  get held(): number {
    return this.#heldAfter(-Infinity);
  }

  /** Priority, then the next to expire with never last, then the oldest: the sort keeps the order of equals. */
  burnOrder(): Grant[] {
    return [...this.grants].sort((a, b) => a.priority - b.priority || a.expiresAt - b.expiresAt);
  }

  /** What had expired and was kept by a hold is taken first: no gift may push it out of that protection. */
  #stackOrder(): Grant[] {
    const place = (grant: Grant) => (grant.expiresAt <= this.#stackedAt ? 0 : 1);
    return this.burnOrder().sort((a, b) => place(a) - place(b));
  }

  charge(credits: number, kind: EntryKind = 'charge'): ModelEntry {
    return this.#settled(() => this.#burn(kind, credits));
  }

  hold(amount: number, ttl: number): ModelHold {
    return this.#settled(() => {
      ensure(amount <= this.balance - this.held, 'insufficient_credits');
      this.version += 1;
      return append(this.holds, { amount, expiresAt: this.clock.now + ttl, state: 'held' });
    });
  }

  /** A hold never gets smaller. */
  raise(hold: ModelHold, amount: number): void {
    this.#settled(() => {
      const more = Math.max(0, amount - active(hold).amount);
      ensure(more <= this.balance - this.held, 'insufficient_credits');
      hold.amount += more;
      if (more > 0) this.version += 1;
    });
  }

  capture(hold: ModelHold, credits: number = hold.amount): ModelEntry {
    return this.#settled(() => {
      ensure(credits <= active(hold).amount, 'capture_exceeds_hold');
      hold.state = 'captured';
      return this.#burn('charge', credits);
    });
  }

  release(hold: ModelHold): void {
    this.#settled(() => {
      active(hold).state = 'released';
      this.version += 1;
    });
  }

  extend(hold: ModelHold, ttl: number): void {
    this.#settled(() => (hold.expiresAt = Math.max(active(hold).expiresAt, this.clock.now + ttl)));
  }

  grant(amount: number, terms: Terms, kind: EntryKind = 'grant'): ModelEntry {
    return this.#settled(() => {
      ensure(terms.expiresAt > this.clock.now, 'validation_failed');
      return this.#pour(kind, [{ amount, of: this.#open(amount, terms) }]);
    });
  }

  adjust(change: number): ModelEntry {
    if (change < 0) return this.charge(-change, 'adjustment');
    return this.grant(change, { priority: 50, category: 'compensation', expiresAt: NEVER }, 'adjustment');
  }

  /** An operator's UPDATE. A refused one is undone as a whole, the settling before it too. */
  edit(change: number): void {
    const left = this.balance - sum(this.#lapses().map(({ amount }) => amount));
    ensure(change >= this.#heldAfter(this.clock.now) - left, 'check_violation');
    ensure(change <= Number.MAX_SAFE_INTEGER - left, 'check_violation');
    if (change !== 0) this.adjust(change);
  }

  /** Back to the grants it came from, the last burned first; for one that has expired since, a new one without. */
  refund(charge: ModelEntry, credits: number = -charge.amount - charge.refunded): ModelEntry {
    return this.#settled(() => {
      ensure(charge.kind === 'charge', 'validation_failed');
      ensure(credits > 0 && credits <= -charge.amount - charge.refunded, 'refund_exceeds_charge');
      this.#ensureRoom(credits);
      charge.refunded += credits;
      let left = credits;
      const slices = charge.slices.toReversed().flatMap((slice) => {
        const amount = Math.min(slice.amount, left);
        slice.amount -= amount;
        left -= amount;
        if (amount === 0) return [];
        const expired = slice.of.expiresAt <= this.clock.now;
        return [{ amount, of: expired ? this.#open(amount, { ...slice.of, expiresAt: NEVER }) : slice.of }];
      });
      return this.#pour('refund', slices);
    });
  }

  settle(): void {
    for (const hold of this.holds.filter((h) => h.state === 'held' && h.expiresAt <= this.clock.now)) {
      hold.state = 'expired';
      this.version += 1;
    }
    for (const { of, amount } of this.#lapses()) {
      of.remaining -= amount;
      this.#stackedAt = this.clock.now;
      this.#enter('expiry', -amount);
    }
  }

  #settled<T>(change: () => T): T {
    this.settle();
    const made = change();
    this.settle();
    return made;
  }

  /** What expires now: all of an expired grant but what is held, and held is what burns first. */
  #lapses(): Slice[] {
    let shield = this.#heldAfter(this.clock.now);
    return this.#stackOrder().flatMap((of) => {
      const kept = Math.min(shield, of.remaining);
      shield -= kept;
      const expired = of.expiresAt <= this.clock.now && of.remaining > kept;
      return expired ? [{ of, amount: of.remaining - kept }] : [];
    });
  }

  #heldAfter(time: number): number {
    return sum(this.holds.map((h) => (h.state === 'held' && h.expiresAt > time ? h.amount : 0)));
  }

  #burn(kind: EntryKind, credits: number): ModelEntry {
    ensure(credits <= this.balance - this.held, 'insufficient_credits');
    let left = credits;
    const slices = this.#stackOrder().map((of) => {
      const amount = Math.min(of.remaining, left);
      of.remaining -= amount;
      left -= amount;
      return { of, amount };
    });
    return this.#enter(kind, 0 - credits, slices);
  }

  #pour(kind: EntryKind, slices: Slice[]): ModelEntry {
    for (const { of, amount } of slices) of.remaining += amount;
    this.#stackedAt = this.clock.now;
    return this.#enter(kind, sum(slices.map(({ amount }) => amount)));
  }

  #open(amount: number, terms: Terms): Grant {
    this.#ensureRoom(amount);
    return append(this.grants, { ...terms, amount, remaining: 0 });
  }

  #ensureRoom(credits: number): void {
    ensure(credits <= Number.MAX_SAFE_INTEGER - this.balance, 'validation_failed');
  }

  #enter(kind: EntryKind, amount: number, slices: Slice[] = []): ModelEntry {
    this.version += 1;
    const { version, balance } = this;
    return append(this.entries, { version, kind, amount, balanceAfter: balance, refunded: 0, slices });
  }
}

export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

function ensure(condition: boolean, code: string): void {
  if (!condition) throw new Refusal(code);
}

function active(hold: ModelHold): ModelHold {
  ensure(hold.state !== 'expired', 'hold_expired');
  ensure(hold.state === 'held', 'hold_already_resolved');
  return hold;
}

function append<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
