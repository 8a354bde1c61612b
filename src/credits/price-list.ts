import { createHash } from 'node:crypto';
import { UnpricedActionError } from './credits.errors.js';

/** Action → credits, whole numbers ≥ 0. */
export type Prices = Readonly<Record<string, number>>;

export const ACTION_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** What every action costs, validated once; `version` is stamped on every hold and entry. */
export class PriceList {
  /** The first 12 hexadecimal digits of the SHA-256 of the whole list, ordered by action. */
  readonly version: string;
  readonly #prices: ReadonlyMap<string, number>;

  constructor(prices: Prices) {
    const ordered = Object.entries(prices).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [action, credits] of ordered) {
      if (!ACTION_NAME.test(action)) throw new TypeError(`not an action name: ${action}`);
      if (!Number.isSafeInteger(credits) || credits < 0) {
        throw new RangeError(`the price of ${action} is not a whole number from 0 to 2^53-1`);
      }
    }
    this.#prices = new Map(ordered);
    this.version = createHash('sha256').update(JSON.stringify(ordered)).digest('hex').slice(0, 12);
  }

  has(action: string): boolean {
    return this.#prices.has(action);
  }

  /** @throws UnpricedActionError */
  priceOf(action: string): number {
    const credits = this.#prices.get(action);
    if (credits === undefined) throw new UnpricedActionError(action);
    return credits;
  }

  list(): { action: string; credits: number }[] {
    return [...this.#prices].map(([action, credits]) => ({ action, credits }));
  }
}
