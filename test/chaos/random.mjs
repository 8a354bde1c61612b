/**
 * A stream of chances from a seed (mulberry32). The same seed plans the same operations and faults; when they
 * meet is up to the machine, so a seed makes a failure likely to come again, not certain.
 */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ x < 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  whole(min, max) {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(choices) {
    return choices[this.whole(0, choices.length - 1)];
  }

  /** One of the names, as often as its weight says. */
  weighted(weights) {
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    let rest = this.next() * total;
    return Object.keys(weights).find((name) => (rest -= weights[name]) < 0);
  }

  /** A stream of its own, so that one client's luck does not depend on how fast the others are. */
  fork() {
    return new Random(this.whole(0, 2 ** 32 - 1));
  }
}
