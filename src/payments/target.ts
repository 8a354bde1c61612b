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
  /** Credits of the purchase that had lapsed, or that an operator had taken, when this money went. Null: it goes now. */
  gone: number | null;
}

/** What must be back. */
export interface Due {
  credits: number;
  /** Of these, those that were unused and were refunded as such. */
  unused: number;
  /** All others, as their money went: each time as many as had to be back with what went before. */
  others: readonly Step[];
}

interface Step {
  credits: number;
  gone: number | null;
}

/**
 * Credits that must be back: ⌊credits × money back ÷ money paid⌋, over all reversals together; but a refund of the unused
 * part takes all of that, though its money was rounded down. The same line of arithmetic covers partial and repeated
 * reversals in any order, a refund and a dispute of one payment, and a dispute that is won. It is exact: a product of two
 * such amounts does not fit a double.
 */
export function dueOf({ credits, paid, reversals }: Stand): Due {
  // Those that neither failed nor were won.
  const standing = paid === 0 ? [] : reversals.filter(({ amount }) => amount > 0);
  const unused = Math.min(
    credits,
    standing.reduce((sum, one) => sum + one.unused, 0),
  );
  let [money, surplus] = [0, 0];
  const others = standing
    .filter((one) => one.unused === 0)
    .sort((a, b) => (a.gone ?? Infinity) - (b.gone ?? Infinity))
    .map((one) => {
      money = Math.min(paid, money + one.amount);
      surplus += one.surplus;
      const share = Number((BigInt(credits) * BigInt(money)) / BigInt(paid));
      return { credits: Math.min(credits - unused, share + surplus), gone: one.gone };
    });
  return { credits: unused + (others.at(-1)?.credits ?? 0), unused, others };
}

/** What is left of it where refills to come are cut first: so many credits of them for so many that must be back. */
export function lessRefills({ credits, unused, others }: Due, cutFor: (credits: number) => number): Due {
  const beyond = ({ credits: due, gone }: Step) => ({
    credits: due - Math.max(0, cutFor(unused + due) - unused),
    gone,
  });
  const cut = cutFor(credits);
  return { credits: credits - cut, unused: Math.max(0, unused - cut), others: others.map(beyond) };
}

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
  /** Of these, those that an operator took. */
  byHand: number;
  lapsed: number;
}

/**
 * How many credits have to move: a positive number is taken back, a negative one given back. What had lapsed of the grant
 * when money went counts as taken back, and so does what an operator had taken by hand; not of those that were refunded as
 * unused, for these were there. What lapses, or is taken by hand, later, is of the part that was kept, and gives nothing
 * back, unless more than was bought would be gone otherwise. It follows from the money that is back now alone: what went
 * and came again leaves everything as if it had never gone.
 */
export function creditsToMove(due: Due, { credits, clawed, byHand, lapsed }: Moved): number {
  const gone = lapsed + byHand;
  // An operator may take by hand what has lapsed.
  const room = Math.max(0, credits - gone);
  const unused = Math.min(due.unused, room);
  const least = due.others.map((step) => step.credits - Math.min(step.gone ?? gone, gone));
  const most = Math.min(due.others.at(-1)?.credits ?? 0, room - unused);
  return unused + Math.min(Math.max(0, ...least), most) - (clawed - byHand);
}
