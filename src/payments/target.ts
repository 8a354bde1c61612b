/** What a purchase came to, and how much of it has gone back. */
export interface Stand {
  credits: number;
  paid: number;
  reversals: readonly { amount: number; surplus: number }[];
}

/**
 * Credits that must be back: ⌊credits × money back ÷ money paid⌋, over all reversals together, plus what refunds of the
 * unused part took beyond it. The same line of arithmetic covers partial and repeated reversals in any order, a refund
 * and a dispute of one payment, and a dispute that is won. It is exact: a product of two such amounts does not fit a double.
 */
export function creditsToBeBack({ credits, paid, reversals }: Stand): number {
  if (paid === 0) return 0;
  const back = Math.min(paid, sum(reversals.map(({ amount }) => amount)));
  const share = (BigInt(credits) * BigInt(back)) / BigInt(paid);
  const surplus = sum(reversals.map((reversal) => (reversal.amount > 0 ? reversal.surplus : 0)));
  return Math.min(credits, Number(share) + surplus);
}

/** The money for so many credits, rounded down. */
export function moneyFor(
  credits: number,
  { credits: bought, paid }: Pick<Stand, 'credits' | 'paid'>,
): number {
  return Number((BigInt(paid) * BigInt(credits)) / BigInt(bought));
}

/**
 * How many credits have to move: a positive number is taken back, a negative one given back. Credits of the grant that
 * lapsed count as taken back, so that many fewer may be clawed back. Credits that lapse later, of the part that was kept,
 * do not cause anything to be given back, unless more than was bought would be gone otherwise.
 */
export function creditsToMove(
  target: number,
  { credits, clawed, lapsed }: { credits: number; clawed: number; lapsed: number },
): number {
  const least = Math.max(0, target - lapsed);
  const most = Math.min(target, Math.max(0, credits - lapsed));
  return Math.min(Math.max(clawed, least), most) - clawed;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
