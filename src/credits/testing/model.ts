import type { EntryKind } from '../credits.types.js';
import {
  append,
  ensure,
  Glass,
  isOf,
  NEVER,
  saveList,
  type ModelEntry,
  type ModelGrant,
  type ModelHold,
  type GrantTerms,
} from './glass.js';
import {
  boundary,
  NOTHING_MONTHLY,
  periodAfter,
  refill,
  type ModelAllowance,
  type Monthly,
} from './refill.js';

export type AllowanceTerms = Omit<ModelAllowance, 'period' | 'nextAt' | 'endedAt' | 'poured' | 'carried'>;

/** At most so many periods may lie between an allowance's anchor and now. */
const MOST_PERIODS_BACK = 120;

/**
 * What the ledger has to do: each verb settles what is due, before and after its own change. Times are milliseconds.
 */
export class ModelWallet extends Glass {
  readonly allowances: ModelAllowance[] = [];

  constructor(
    clock: { readonly now: number },
    /** What everybody is given each month; of all wallets. */
    private readonly monthly: Readonly<Monthly> = NOTHING_MONTHLY,
  ) {
    super(clock);
  }

  override save(): () => void {
    const [restore, restoreAllowances] = [super.save(), saveList(this.allowances)];
    return () => {
      restore();
      restoreAllowances();
    };
  }

  charge(credits: number, kind: EntryKind = 'charge'): ModelEntry {
    return this.#settled(() => this.#take(kind, credits));
  }

  hold(amount: number, ttl: number): ModelHold {
    return this.#settled(() => {
      ensure(amount <= this.balance - this.held, 'insufficient');
      this.version += 1;
      const expiresAt = this.clock.now + ttl;
      const { version } = this;
      return append<ModelHold>(this.holds, { amount, expiresAt, state: 'held', owner: undefined, version });
    });
  }

  /** What was held before is released, and the hold goes on as if it were made now. A hold never gets smaller. */
  raise(hold: ModelHold, amount: number, owner?: string): ModelHold | undefined {
    return this.#settled(() => {
      const more = Math.max(0, amount - owned(hold, owner).amount);
      ensure(more <= this.balance - this.held, 'insufficient');
      if (more === 0) return undefined;
      const before: ModelHold = { ...hold, state: 'released' };
      this.holds.splice(this.holds.indexOf(hold), 1, before);
      this.holds.push(hold);
      hold.amount = amount;
      this.version += 2;
      hold.version = this.version;
      return before;
    });
  }

  capture(hold: ModelHold, credits: number = hold.amount, owner?: string): ModelEntry {
    return this.#settled(() => {
      ensure(credits <= owned(hold, owner).amount, 'capture_exceeds_hold');
      hold.state = 'captured';
      return this.#take('charge', credits);
    });
  }

  release(hold: ModelHold, owner?: string): void {
    this.#settled(() => {
      owned(hold, owner).state = 'released';
      this.version += 1;
    });
  }

  extend(hold: ModelHold, ttl: number, owner?: string): void {
    this.#settled(() => {
      hold.expiresAt = Math.max(owned(hold, owner).expiresAt, this.clock.now + ttl);
    });
  }

  /** From now on the hold is somebody else's. */
  take(hold: ModelHold, ttl: number, owner: string): void {
    this.extend(hold, ttl);
    hold.owner = owner;
  }

  grant(amount: number, terms: GrantTerms, kind: EntryKind = 'grant'): ModelEntry {
    return this.#settled(() => {
      ensure(terms.expiresAt > this.clock.now, 'already_expired');
      const of = this.open(amount, terms);
      return this.enter(kind, this.pour([{ amount, of }]), { of });
    });
  }

  adjust(change: number): ModelEntry {
    if (change < 0) return this.charge(-change, 'adjustment');
    return this.grant(change, { priority: 50, category: 'compensation', expiresAt: NEVER }, 'adjustment');
  }

  /** An operator's UPDATE. A refused one is undone as a whole, the settling before it too. */
  edit(change: number): void {
    if (change === 0) return;
    const undo = this.save();
    try {
      this.settle();
      ensure(change >= this.held - this.balance, 'check_violation');
      ensure(change <= Number.MAX_SAFE_INTEGER - this.balance, 'check_violation');
      this.adjust(change);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Back to the grants it came from, the last burned first. */
  refund(charge: ModelEntry, credits: number = -charge.amount - charge.refunded): ModelEntry {
    return this.#settled(() => {
      ensure(charge.kind === 'charge', 'not_a_charge');
      ensure(credits > 0 && credits <= -charge.amount - charge.refunded, 'refund_exceeds_charge');
      this.ensureRoom(credits);
      charge.refunded += credits;
      let left = credits;
      for (const slice of charge.slices.toReversed()) {
        const amount = Math.min(slice.amount, left);
        slice.amount -= amount;
        left -= amount;
        if (amount > 0) this.bringBack(slice.of, amount);
      }
      return this.enter('refund', credits);
    });
  }

  /** What is left of that grant, or of what came of it, and not held first, then what is available; the rest is owed. */
  clawback(given: ModelEntry, credits: number): ModelEntry {
    return this.#settled(() => {
      ensure(isGrant(given), 'not_a_grant');
      ensure(credits <= given.amount - given.takenBack, 'clawback_exceeds_grant');
      ensure(credits <= Number.MAX_SAFE_INTEGER - this.owed, 'too_large');
      let own = 0;
      const ofIt = this.freeParts().filter(({ of, amount }) => amount > 0 && isOf(of, given.of));
      for (const { of, amount } of ofIt) {
        const taken = Math.min(amount, credits - own);
        if (taken > 0) this.pour([{ of, amount: -taken }]);
        own += taken;
      }
      const others = Math.min(credits - own, this.balance - this.held);
      this.burn(others);
      this.owed += credits - own - others;
      given.takenBack += credits;
      return this.enter('clawback', 0 - own - others);
    });
  }

  /** What is owed is forgiven first; the rest goes back to that grant. */
  restore(given: ModelEntry, credits: number): ModelEntry {
    return this.#settled(() => {
      ensure(isGrant(given), 'not_a_grant');
      ensure(credits <= given.takenBack, 'restore_exceeds_clawback');
      ensure(credits <= Number.MAX_SAFE_INTEGER - (this.balance - this.owed), 'too_large');
      const forgiven = Math.min(this.owed, credits);
      const amount = credits - forgiven;
      this.owed -= forgiven;
      given.takenBack -= credits;
      if (amount > 0) this.bringBack(given.of, amount);
      return this.enter('restore', amount);
    });
  }

  allow(terms: AllowanceTerms): ModelAllowance {
    const { anchor } = terms;
    ensure(boundary(terms, MOST_PERIODS_BACK) >= this.clock.now, 'anchor_too_old');
    ensure(terms.until > anchor, 'until_too_early');
    const made = append<ModelAllowance>(this.allowances, { ...newAllowance(terms), nextAt: anchor });
    this.settle();
    return made;
  }

  /** The one that everybody has, from the day on which the wallet was opened; nothing for the time before it was begun. */
  allowMonthly(terms: AllowanceTerms): ModelAllowance {
    const former = this.allowances.find(({ credits }) => credits === null);
    const period = Math.max(periodAfter(terms, this.clock.now) - 1, 0);
    const allowance = former ?? append(this.allowances, newAllowance(terms));
    Object.assign(allowance, { period, nextAt: boundary(allowance, period), endedAt: null });
    this.settle();
    return allowance;
  }

  endAllowance(allowance: ModelAllowance): void {
    this.settle();
    allowance.nextAt = NEVER;
    allowance.endedAt ??= this.clock.now;
    this.settle();
  }

  /** When the next refill comes, and how much it is. */
  nextRefill(): { at: number; credits: number } | null {
    const creditsOf = ({ credits }: ModelAllowance) => credits ?? this.monthly.credits;
    const coming = this.allowances.filter((one) => one.nextAt < NEVER && creditsOf(one) > 0);
    const at = Math.min(NEVER, ...coming.map(({ nextAt }) => nextAt));
    const credits = coming.reduce((all, one) => (one.nextAt === at ? all + creditsOf(one) : all), 0);
    return at === NEVER ? null : { at, credits: Math.min(credits, Number.MAX_SAFE_INTEGER) };
  }

  settle(): void {
    for (const hold of this.holds.filter((h) => h.state === 'held' && h.expiresAt <= this.clock.now)) {
      hold.state = 'expired';
      this.version += 1;
    }
    for (;;) {
      const instant = Math.min(NEVER, ...this.allowances.map(({ nextAt }) => nextAt));
      if (instant > this.clock.now) break;
      refill(this, this.allowances, this.monthly, instant);
      this.collect();
    }
    this.expire(this.clock.now);
    this.collect();
  }

  #settled<T>(change: () => T): T {
    this.settle();
    const made = change();
    this.settle();
    return made;
  }

  #take(kind: EntryKind, credits: number): ModelEntry {
    const slices = this.burn(credits);
    return this.enter(kind, 0 - credits, { slices });
  }
}

/** A cut is an adjustment, too, and gives nothing. */
export function isGrant(entry: ModelEntry): entry is ModelEntry & { of: ModelGrant } {
  return (entry.kind === 'grant' || entry.kind === 'adjustment') && entry.of !== undefined;
}

function newAllowance(terms: AllowanceTerms): ModelAllowance {
  return { ...terms, period: 0, nextAt: NEVER, endedAt: null, poured: undefined, carried: [] };
}

function active(hold: ModelHold): ModelHold {
  ensure(hold.state !== 'expired', 'hold_expired');
  ensure(hold.state === 'held', 'hold_resolved');
  return hold;
}

/** The host's own word, without an owner, is always heard. */
function owned(hold: ModelHold, owner: string | undefined): ModelHold {
  const mine = owner === undefined || active(hold).owner === undefined || hold.owner === owner;
  ensure(mine, 'hold_taken_over');
  return active(hold);
}
