/** What a purchase came to, and what of it is back. */
export interface Stand {
  credits: number;
  paid: number;
  reversals: readonly { amount: number; surplus: number }[];
}

/**
 * Credits that must be back: ⌊credits × money back ÷ money paid⌋, over all reversals together, and what refunds of the
 * unused part took beyond it. Partial, many, in whatever order, a refund and a dispute of one payment, won again: one
 * line of arithmetic, exact (a product of two such amounts does not fit a double).
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
 * How many credits have to move: positive ones are taken back, negative ones given back. What lapsed of the grant
 * counts as taken back, so as many fewer may be clawed; what lapses later, of the part that was kept, is no reason to
 * give anything back, unless more than was bought would be gone with it.
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
