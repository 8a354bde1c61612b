/** `credits` for every `per` of a `unit`, such as 2 per 60 second. */
export interface Rate {
  credits: number;
  per: number;
  /** A name of your choice, snake_case and singular. */
  unit: string;
}

/** A price per measured unit: the exact sum of its rates, rounded up once; `atLeast` is the minimum if anything was used. */
export interface MeasuredPrice {
  rates: readonly Rate[];
  atLeast: number;
}

/** Credits per call; or a price per measured unit, as a sentence ("2 per 60 second, at least 2") or as an object. */
export type Price = number | string | { rates: readonly Rate[]; atLeast?: number };

/** Action → price. */
export type Prices = Readonly<Record<string, Price>>;

/** How much was used: unit → a whole number. */
export type Measured = Readonly<Record<string, number>>;

export const SNAKE_CASE = /^[a-z][a-z0-9_]{0,63}$/;
