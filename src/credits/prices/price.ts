/** So many credits for every `per` of a unit, such as 2 per 60 second. */
export interface Rate {
  credits: number;
  per: number;
  /** A name of the operator's choice, snake_case and singular. */
  unit: string;
}

/** A price by what was used: the exact sum of its rates, rounded up once, and `atLeast` when anything was used. */
export interface MeasuredPrice {
  rates: readonly Rate[];
  atLeast: number;
}

/** As it is written: credits per call, a sentence ("2 per 60 second, at least 2"), or what the sentence says. */
export type Price = number | string | { rates: readonly Rate[]; atLeast?: number };

/** Action → price. */
export type Prices = Readonly<Record<string, Price>>;

/** How much was used: unit → a whole number. */
export type Measured = Readonly<Record<string, number>>;

export const SNAKE_CASE = /^[a-z][a-z0-9_]{0,63}$/;
