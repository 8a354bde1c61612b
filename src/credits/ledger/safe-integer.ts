/**
 * bigint columns come as strings; the ledger and the trigger on hand edits keep them safe integers: this insists. What
 * is missing is not zero.
 */
export function toCredits(value: unknown): number {
  const number = exactly(value);
  if (Number.isNaN(number)) throw new RangeError(`not a safe integer: ${String(value)}`);
  return number;
}

/** Whether a number of the database's can be told exactly: a sum may be too large for that. */
export function isCredits(value: unknown): boolean {
  return !Number.isNaN(exactly(value));
}

function exactly(value: unknown): number {
  const number = value === null || value === '' ? NaN : Number(value);
  return Number.isSafeInteger(number) ? number : NaN;
}
