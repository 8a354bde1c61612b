import type { InvoiceFacts } from './plan-provider.js';
import type { Terms } from './terms.js';

/** What an invoice pays for. */
export interface Share {
  terms: Terms;
  /** In all, in so many refills. */
  credits: number;
  refills: number;
  /** What the plan's lines come to. */
  amount: number;
  starts: Date;
  ends: Date;
}

const DAYS_OF_A_MONTH = 365.2425 / 12;

/**
 * Credits in proportion to the money, never more than the plan's. A charge for part of a period, or one that is set off
 * against a former plan, buys its part; money that was given before buys nothing a second time. Null: nothing.
 */
export function shareOf(invoice: InvoiceFacts, terms: ReadonlyMap<string, Terms>): Share | null {
  const lines = invoice.lines.filter(({ price }) => terms.has(price));
  const main = lines.reduce<(typeof lines)[number] | null>(
    (most, line) => (most === null || line.amount > most.amount ? line : most),
    null,
  );
  const amount = lines.reduce((sum, line) => sum + line.amount, 0);
  if (main === null || amount <= 0) return null;
  const sold = terms.get(main.price)!;
  const whole = BigInt(sold.credits * sold.months);
  const paid =
    (whole * BigInt(amount) * BigInt(newMoney(invoice))) / (BigInt(sold.amount) * wholeMoney(invoice));
  const refills = sold.months === 1 ? 1 : monthsOf(main);
  const each = Math.floor(Number(paid < whole ? paid : whole) / refills);
  if (each === 0) return null;
  const { starts, ends } = main;
  return { terms: sold, credits: each * refills, refills, amount, starts, ends };
}

/** An invoice that a discount made free is paid. */
const newMoney = ({ total, fromBalance }: InvoiceFacts) => (total > 0 ? total - fromBalance : 1);
const wholeMoney = ({ total }: InvoiceFacts) => (total > 0 ? BigInt(total) : 1n);

function monthsOf({ starts, ends }: { starts: Date; ends: Date }): number {
  const days = (ends.getTime() - starts.getTime()) / 86_400_000;
  return Math.min(12, Math.max(1, Math.round(days / DAYS_OF_A_MONTH)));
}
