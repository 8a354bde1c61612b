import { MAX_AMOUNT, MONEY, minorUnits } from './money.js';
import { OFFER, readFamily } from './variable-family.js';

const SENTENCE = new RegExp(`^(\\d{1,16}) for ${MONEY}(?:, for (\\d{1,3}) months?)?$`);
const MAX_MONTHS = 120;

/** Credits for money, as `CREDIT_PACK_STARTER="500 for 5.00 EUR, for 12 months"` says. */
export interface Pack {
  /** `STARTER` */
  offer: string;
  credits: number;
  /** In minor units: cents of a euro, whole yen. */
  amount: number;
  currency: string;
  /** How long the credits last after the payment; null: for ever. */
  expiresMonths: number | null;
}

/** What the demo sells if no pack is priced, so that a newcomer has something to buy. */
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
  const { values, faults } = readFamily(variables, {
    prefix: 'CREDIT_PACK_',
    member: OFFER,
    read: (sentence, offer) =>
      packOf(offer, sentence) ??
      'must be credits for money, as in "500 for 5.00 EUR" or "500 for 5.00 EUR, for 12 months"',
  });
  return { packs: values, faults };
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
