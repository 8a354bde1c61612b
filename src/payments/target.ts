/** What a purchase came to, and how much of it has gone back. */
export interface Stand {
  credits: number;
  paid: number;
  reversals: readonly Reversal[];
}

export interface Reversal {
  amount: number;
  /** Of a refund of the unused part: the credits that were found there. */
  unused: number;
  /** As `unused`, less the share of the money: of refunds that were made before the whole was kept. */
  surplus: number;
}

/** What must be back. */
export interface Due {
  credits: number;
  /** Of these, those that were unused and were refunded as such. */
  unused: number;
}

export function dueOf(stand: Stand): Due {
  const credits = creditsToBeBack(stand);
  return { credits, unused: Math.min(credits, sum(standing(stand).map(({ unused }) => unused))) };
}

/**
 * Credits that must be back: ⌊credits × money back ÷ money paid⌋, over all reversals together; but a refund of the unused
 * part takes all of that, though its money was rounded down. The same line of arithmetic covers partial and repeated
 * reversals in any order, a refund and a dispute of one payment, and a dispute that is won. It is exact: a product of two
 * such amounts does not fit a double.
 */
export function creditsToBeBack(stand: Stand): number {
  const { credits, paid } = stand;
  if (paid === 0) return 0;
  const all = standing(stand);
  const byMoney = all.filter(({ unused }) => unused === 0);
  const back = Math.min(paid, sum(byMoney.map(({ amount }) => amount)));
  const share = (BigInt(credits) * BigInt(back)) / BigInt(paid);
  return Math.min(credits, Number(share) + sum(all.map(({ unused, surplus }) => unused + surplus)));
}

/** Those that neither failed nor were won. */
const standing = ({ reversals }: Stand) => reversals.filter(({ amount }) => amount > 0);

/** The money for so many credits, rounded down. */
export function moneyFor(
  credits: number,
  { credits: bought, paid }: Pick<Stand, 'credits' | 'paid'>,
): number {
  return Number((BigInt(paid) * BigInt(credits)) / BigInt(bought));
}

/** Of its grants. */
interface Moved {
  credits: number;
  /** What is taken back now. */
  clawed: number;
  /** Of these, those that an operator took, and those that were unused when they were refunded. */
  byHand: number;
  unused: number;
  lapsed: number;
}

/**
 * How many credits have to move: a positive number is taken back, a negative one given back. What lapsed of the grant counts
 * as taken back, and so does what an operator took by hand; not of those that were refunded as unused, for these were there.
 * What lapses, or is taken by hand, later, of the part that was kept, does not cause anything to be given back, unless more
 * than was bought would be gone otherwise.
 */
export function creditsToMove(due: Due, { credits, clawed, byHand, unused, lapsed }: Moved): number {
  const gone = lapsed + byHand;
  const taken = clawed - byHand;
  const others = due.credits - due.unused;
  const least = Math.max(0, others - gone);
  const most = Math.min(others, Math.max(0, credits - due.unused - gone));
  return due.unused + Math.min(Math.max(taken - unused, least), most) - taken;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
