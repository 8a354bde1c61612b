import { SNAKE_CASE, type MeasuredPrice, type Price, type Rate } from './price.js';

const PRICE_FORM =
  'a whole number of credits, digits only, from 0 to 9007199254740991, or a price by unit such as "2 per 60 second, at least 2"';

/** Far more than anybody sells by; the sum stays a short fraction. */
const MOST_RATES = 16;

/** Its message never repeats the price, which may be anything. */
export class InvalidPriceError extends TypeError {
  constructor(why = `must be ${PRICE_FORM}`) {
    super(why);
  }
}

/**
 * A price as it was written, in code or in a variable: credits per call, or a price by unit.
 *
 * @throws InvalidPriceError
 */
export function readPrice(price: Price): number | MeasuredPrice {
  if (typeof price === 'number') return inBounds(price, 0);
  if (typeof price === 'string') return /^[0-9]+$/.test(price) ? wholeIn(price, 0) : readSentence(price);
  const { rates, atLeast = 0 } = (price as Partial<MeasuredPrice> | null) ?? {};
  if (!Array.isArray(rates)) throw new InvalidPriceError();
  return checked((rates as readonly Rate[]).map(readRate), inBounds(atLeast, 0));
}

/** The inverse of reading it. */
export function inWords(price: number | MeasuredPrice): string {
  if (typeof price === 'number') return `${price} per call`;
  const rates = price.rates.map(({ credits, per, unit }) => `${credits} per ${per} ${unit}`);
  return [...rates, ...(price.atLeast > 0 ? [`at least ${price.atLeast}`] : [])].join(', ');
}

function readSentence(sentence: string): MeasuredPrice {
  const parts = sentence.split(/ *, */);
  const least = /^at +least +([0-9]+)$/.exec(parts.at(-1)!);
  const rates = (least === null ? parts : parts.slice(0, -1)).map((part) => {
    const [, credits, per, unit] = /^([0-9]+) +per +([0-9]+) +([a-z0-9_]+)$/.exec(part) ?? [];
    if (unit === undefined) throw new InvalidPriceError();
    return readRate({ credits: wholeIn(credits!, 0), per: wholeIn(per!, 1), unit });
  });
  return checked(rates, least === null ? 0 : wholeIn(least[1]!, 0));
}

function readRate({ credits, per, unit }: Rate): Rate {
  if (typeof unit !== 'string' || !SNAKE_CASE.test(unit)) throw new InvalidPriceError();
  return Object.freeze({ credits: inBounds(credits, 0), per: inBounds(per, 1), unit });
}

function checked(rates: readonly Rate[], atLeast: number): MeasuredPrice {
  if (rates.length === 0) throw new InvalidPriceError();
  if (rates.length > MOST_RATES) throw new InvalidPriceError(`must have at most ${MOST_RATES} rates`);
  const units = new Set(rates.map(({ unit }) => unit));
  if (units.size < rates.length) throw new InvalidPriceError('must name each unit once');
  return Object.freeze({ rates: Object.freeze(rates), atLeast });
}

function wholeIn(digits: string, minimum: number): number {
  return inBounds(Number(digits), minimum);
}

function inBounds(value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) throw new InvalidPriceError();
  return value;
}
