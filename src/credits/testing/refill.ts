import type { GrantCategory } from '../credits.types.js';
import { monthsLater } from './calendar.js';
import { NEVER, type Glass, type ModelGrant } from './glass.js';

/** The one that everybody has: as many as are given each month when it is poured. */
type OfEverybody = null;

export interface ModelAllowance {
  id: string;
  plan: string;
  category: GrantCategory;
  credits: number | OfEverybody;
  carry: number | OfEverybody;
  months: number;
  anchor: number;
  until: number;
  timeZone: string;
  /** The one that is poured next. */
  period: number;
  /** NEVER: none comes any more. */
  nextAt: number;
  endedAt: number | null;
  /** Of the period that runs. */
  poured: ModelGrant | undefined;
  carried: readonly ModelGrant[];
}

export interface Monthly {
  credits: number;
  carry: number;
  timeZone: string;
  /** Nothing is given for the time before. */
  since: number;
}

export const NOTHING_MONTHLY: Readonly<Monthly> = { credits: 0, carry: 0, timeZone: 'UTC', since: 0 };

type Calendar = Pick<ModelAllowance, 'anchor' | 'months' | 'timeZone'>;

/** From the anchor each time: going on from 28 February would stay at the 28th for ever. */
export function boundary({ anchor, months, timeZone }: Calendar, period: number): number {
  return period === 0 ? anchor : monthsLater(anchor, months * period, timeZone);
}

/** The first period that begins after t. */
export function periodAfter(calendar: Calendar, t: number): number {
  let period = 0;
  while (boundary(calendar, period) <= t) period += 1;
  return period;
}

/**
 * The refills of one instant: first what is left over moves, then the rest expires, then all are poured. Of several
 * allowances none may expire what another one carries.
 */
export function refill(
  glass: Glass,
  all: readonly ModelAllowance[],
  monthly: Monthly,
  instant: number,
): void {
  const due = () => all.filter(({ nextAt }) => nextAt === instant).sort((a, b) => (a.id < b.id ? -1 : 1));
  // Older than what is poured next.
  const place = glass.grants.length;
  for (const allowance of due()) {
    const isOfEverybody = allowance.credits === null;
    if (isOfEverybody && monthly.credits === 0) {
      Object.assign(allowance, { nextAt: NEVER, endedAt: glass.clock.now });
    } else if (isOfEverybody && instant < monthly.since) {
      allowance.period = periodAfter(allowance, monthly.since - 1);
      allowance.nextAt = boundary(allowance, allowance.period);
    } else {
      const carried = carryOver(glass, allowance, allowance.carry ?? monthly.carry);
      glass.grants.splice(place, 0, ...carried);
      allowance.carried = carried;
    }
  }
  glass.expire(instant);
  for (const allowance of due()) pourRefill(glass, allowance, allowance.credits ?? monthly.credits);
}

/**
 * Up to the cap, what is left of the period that ends, as a grant for each that it came of, the oldest first; what lay
 * there longest is left to expire.
 */
function carryOver(glass: Glass, allowance: ModelAllowance, carry: number): ModelGrant[] {
  let room = carry;
  const carried: ModelGrant[] = [];
  const newestFirst = [allowance.poured, ...allowance.carried.toReversed()];
  for (const old of newestFirst.filter((one) => one !== undefined)) {
    const amount = Math.min(old.remaining, room);
    if (amount === 0) continue;
    room -= amount;
    old.remaining -= amount;
    const terms = termsOf(allowance, 'carried over');
    carried.unshift({ ...terms, amount, remaining: amount, origin: old.origin ?? old });
  }
  if (carried.length > 0) glass.stackedAt = allowance.nextAt;
  return carried;
}

/** No more than a balance has room for: a refill that failed would close the wallet. */
function pourRefill(glass: Glass, allowance: ModelAllowance, wanted: number): void {
  const { nextAt, until, plan } = allowance;
  const amount = Math.min(wanted, Number.MAX_SAFE_INTEGER - glass.balance);
  const cause = `refill: ${plan}`;
  allowance.poured = undefined;
  if (amount > 0) {
    const of = glass.open(amount, termsOf(allowance, cause));
    glass.enter('grant', glass.pour([{ amount, of }], nextAt), { of, cause });
    allowance.poured = of;
  }
  allowance.period += 1;
  const next = boundary(allowance, allowance.period);
  allowance.nextAt = next < until ? next : NEVER;
}

/** Of what is given for the period that begins; it burns before what was bought. */
function termsOf(allowance: ModelAllowance, cause: string) {
  const expiresAt = Math.min(boundary(allowance, allowance.period + 1), allowance.until);
  return { priority: 40, category: allowance.category, expiresAt, cause };
}
