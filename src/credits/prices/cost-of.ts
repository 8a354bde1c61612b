import type { Measured, MeasuredPrice } from './price.js';

/**
 * What was used, in credits: the exact sum of all rates, rounded up once at the end. Rounding each rate up by itself
 * would take a credit more for every second pair of token counts, and floating point one more for 100 × 1.1.
 */
export function costOf({ rates, atLeast }: MeasuredPrice, measured: Measured): bigint {
  let [sum, of] = [0n, 1n];
  let isUsed = false;
  for (const { credits, per, unit } of rates) {
    const quantity = Object.hasOwn(measured, unit) ? BigInt(measured[unit]!) : 0n;
    isUsed ||= quantity > 0n;
    [sum, of] = [sum * BigInt(per) + BigInt(credits) * quantity * of, of * BigInt(per)];
  }
  const credits = (sum + of - 1n) / of;
  const least = isUsed ? BigInt(atLeast) : 0n;
  return credits > least ? credits : least;
}
