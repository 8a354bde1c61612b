import { createHash } from 'node:crypto';
import { InvalidMeasureError, UnpricedActionError } from './programming-errors.js';
import { costOf } from './prices/cost-of.js';
import { SNAKE_CASE, type Measured, type MeasuredPrice, type Prices } from './prices/price.js';
import { InvalidPriceError, inWords, readPrice } from './prices/read-price.js';

export type ListedPrice = { action: string } & ({ credits: number } | MeasuredPrice);

/** What of an action: so many calls, or so much of what its price is measured in. */
export interface Amount {
  units?: number;
  measured?: Measured;
}

/** What every action costs, validated once; `version` is stamped on every hold and entry. */
export class PriceList {
  /** The first 12 hexadecimal digits of the SHA-256 of the whole list, ordered by action. */
  readonly version: string;
  readonly #prices: ReadonlyMap<string, number | MeasuredPrice>;

  /** @throws TypeError that names the action and never its price */
  constructor(prices: Prices) {
    const ordered = Object.keys(prices).sort();
    this.#prices = new Map(ordered.map((action) => [action, readNamed(action, prices[action]!)]));
    const text = JSON.stringify([...this.#prices]);
    this.version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  }

  has(action: string): boolean {
    return this.#prices.has(action);
  }

  isByUnit(action: string): boolean {
    return typeof this.#prices.get(action) === 'object';
  }

  /** @throws UnpricedActionError */
  priceOf(action: string): number | MeasuredPrice {
    const price = this.#prices.get(action);
    if (price === undefined) throw new UnpricedActionError(action);
    return price;
  }

  /**
   * price × units where the price is one per call, whatever was measured; else what was measured at its rates.
   *
   * @throws UnpricedActionError
   * @throws InvalidMeasureError for a quantity that is not a whole number, a unit that the price does not name, nothing
   *   measured or `units` at a price by unit, and for more than 2^53−1 credits of it
   */
  costOf(action: string, { units = 1, measured }: Amount): number {
    const price = this.priceOf(action);
    if (measured !== undefined) requireWhole(action, measured);
    return typeof price === 'number' ? price * units : measuredCost(action, price, units, measured);
  }

  /** The list as it can be read again. */
  toJSON(): Prices {
    return Object.fromEntries(this.#prices);
  }

  list(): ListedPrice[] {
    return [...this.#prices].map(([action, price]) =>
      typeof price === 'number' ? { action, credits: price } : { action, ...price },
    );
  }

  /** Each price as it was understood, with what ten times its quantities come to: a slip is seen before it is paid. */
  inWords(): string[] {
    return [...this.#prices].map(([action, price]) => `${action}: ${inWords(price)}${exampleOf(price)}`);
  }
}

function readNamed(action: string, price: Prices[string]): number | MeasuredPrice {
  if (!SNAKE_CASE.test(action)) throw new TypeError(`not an action name: ${action}`);
  try {
    return readPrice(price);
  } catch (error) {
    if (!(error instanceof InvalidPriceError)) throw error;
    throw new TypeError(`the price of ${action} ${error.message}`, { cause: error });
  }
}

function measuredCost(action: string, price: MeasuredPrice, units: number, measured?: Measured): number {
  const names = price.rates.map(({ unit }) => unit);
  const refuse = (path: string, message: string) => new InvalidMeasureError(action, path, message);
  if (units !== 1) throw refuse('units', 'must be absent: the price is one by unit');
  if (measured === undefined) throw refuse('measured', `must say how much of ${names.join(', ')}`);
  const stranger = Object.keys(measured).find((unit) => !names.includes(unit));
  if (stranger !== undefined)
    throw refuse(`measured.${stranger}`, `is not in the price, which names ${names.join(', ')}`);
  const credits = Number(costOf(price, measured));
  if (!Number.isSafeInteger(credits)) throw refuse('measured', 'comes to more than 2^53-1 credits');
  return credits;
}

function requireWhole(action: string, measured: Measured): void {
  if (typeof measured !== 'object' || measured === null || Array.isArray(measured)) {
    throw new InvalidMeasureError(action, 'measured', 'must say how much of each unit');
  }
  for (const [unit, quantity] of Object.entries(measured)) {
    if (Number.isSafeInteger(quantity) && quantity >= 0) continue;
    throw new InvalidMeasureError(action, `measured.${unit}`, 'must be a whole number from 0 to 2^53-1');
  }
}

function exampleOf(price: number | MeasuredPrice): string {
  if (typeof price === 'number') return '';
  const used = price.rates.map(({ per, unit }) => [
    unit,
    per * 10 <= Number.MAX_SAFE_INTEGER ? per * 10 : per,
  ]);
  const words = used.map(([unit, quantity]) => `${quantity} ${unit}`).join(' + ');
  return `; e.g. ${words} = ${costOf(price, Object.fromEntries(used) as Measured)}`;
}
