/** Matches an amount and its currency, each in its own group: `5.00 EUR`. */
export const MONEY = String.raw`(\d{1,12}(?:\.\d{1,3})?) ([A-Z]{3})`;
/** The most that a card is charged at once, in minor units: Stripe's limit. */
export const MAX_AMOUNT = 99_999_999;

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** `5.00` EUR is 500, `5` JPY is 5. NaN: the currency has no such coin, or does not exist. */
export function minorUnits(money: string, currency: string): number {
  if (!CURRENCIES.has(currency)) return NaN;
  const [whole = '', part = ''] = money.split('.');
  const digits = digitsOf(currency);
  // "5.0 EUR" may be a slip for 5.00 or for 50: all of the digits, or none.
  return part.length === 0 || part.length === digits ? Number(whole + part.padEnd(digits, '0')) : NaN;
}

/** The notation of offers: 500 of EUR is `5.00 EUR`, 5 of JPY is `5 JPY`. */
export function moneyOf(amount: number | string, currency: string): string {
  const digits = digitsOf(currency);
  const all = String(amount).padStart(digits + 1, '0');
  const point = all.length - digits;
  return `${all.slice(0, point)}${digits === 0 ? '' : '.'}${all.slice(point)} ${currency}`;
}

/** How many decimals a currency has: 2 for most, 0 for JPY. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits!;
}
