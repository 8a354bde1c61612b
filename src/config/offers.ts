const PREFIX = 'CREDIT_PACK_';
/** Money and its currency, each in a group of its own. */
export const PRICE_OF_OFFER = String.raw`(\d{1,12}(?:\.\d{1,3})?) ([A-Z]{3})`;
const SENTENCE = new RegExp(`^(\\d{1,16}) for ${PRICE_OF_OFFER}(?:, for (\\d{1,3}) months?)?$`);
/** The most that a card is charged at once, in minor units: what Stripe takes. */
export const MAX_AMOUNT = 99_999_999;
const MAX_MONTHS = 120;

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Credits for money, as `CREDIT_PACK_STARTER="500 for 5.00 EUR, for 12 months"` says. */
export interface Pack {
  /** `STARTER` */
  offer: string;
  credits: number;
  /** In minor units: cents of a euro, whole yen. */
  amount: number;
  currency: string;
  /** So long the credits last, from the payment on; null: for ever. */
  expiresMonths: number | null;
}

/** What the demo sells where no pack is priced, so that the first minute has something to buy. */
export const DEMO_PACK: Pack = {
  offer: 'DEMO',
  credits: 500,
  amount: 500,
  currency: 'EUR',
  expiresMonths: null,
};

/** Every CREDIT_PACK_<NAME>, in the order of the names; an empty one is none. */
export function readPacks(variables: Record<string, string | undefined>): {
  packs: Pack[];
  faults: string[];
} {
  const packs: Pack[] = [];
  const faults: string[] = [];
  for (const name of Object.keys(variables).sort()) {
    const sentence = variables[name];
    if (!name.startsWith(PREFIX) || !sentence) continue;
    const offer = name.slice(PREFIX.length);
    const pack = packOf(offer, sentence);
    if (!/^[A-Z][A-Z0-9_]{0,49}$/.test(offer)) {
      faults.push(`${printable(name)} must name an offer in capitals, digits and underscores`);
    } else if (pack === undefined) {
      faults.push(
        `${name} must be credits for money, as in "500 for 5.00 EUR" or "500 for 5.00 EUR, for 12 months"`,
      );
    } else {
      packs.push(pack);
    }
  }
  return { packs, faults };
}

function packOf(offer: string, sentence: string): Pack | undefined {
  const [, credits = '', money = '', currency = '', months] = SENTENCE.exec(sentence) ?? [];
  const pack: Pack = {
    offer,
    credits: Number(credits),
    amount: minorUnits(money, currency),
    currency,
    expiresMonths: months === undefined ? null : Number(months),
  };
  const { amount, expiresMonths } = pack;
  const isSold = Number.isSafeInteger(pack.credits) && pack.credits > 0 && amount > 0 && amount <= MAX_AMOUNT;
  const lasts = expiresMonths === null || (expiresMonths > 0 && expiresMonths <= MAX_MONTHS);
  return isSold && lasts ? pack : undefined;
}

/** `5.00` EUR is 500, `5` JPY is 5; NaN where the currency has no such coin, or where there is no such currency. */
export function minorUnits(money: string, currency: string): number {
  if (!CURRENCIES.has(currency)) return NaN;
  const [whole = '', part = ''] = money.split('.');
  const digits = digitsOf(currency);
  // "5.0 EUR" may be a slip for 5.00 or for 50: all of the digits, or none.
  return part.length === 0 || part.length === digits ? Number(whole + part.padEnd(digits, '0')) : NaN;
}

/** As an offer is written: 500 of EUR is `5.00 EUR`, 5 of JPY is `5 JPY`. */
export function moneyOf(amount: number | string, currency: string): string {
  const digits = digitsOf(currency);
  const all = String(amount).padStart(digits + 1, '0');
  const point = all.length - digits;
  return `${all.slice(0, point)}${digits === 0 ? '' : '.'}${all.slice(point)} ${currency}`;
}

/** How many digits a currency has behind the point: 2 for most, none for JPY. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits!;
}

/** The name of a variable may hold anything but `=`, a line feed included. */
export function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, '?');
}
