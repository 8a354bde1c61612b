import { hash } from 'node:crypto';
import type { User } from './user.js';

export interface Remembered {
  user: User;
  untilMs: number;
  /** Of the keys it was verified with; see Trust. */
  generation: number;
}

const MOST_TOKENS = 10_000;

/**
 * Tokens that were verified, so that a signature is checked once and not with every request. Of more than
 * `MOST_TOKENS` the least recently used are forgotten. Digests stand for the tokens: they take little room, and
 * whoever sees this memory has no token.
 */
export class RememberedTokens {
  // A Map keeps the order of insertion, so its first key is the least recently used one.
  readonly #tokens = new Map<string, Remembered>();

  constructor(private readonly mostTokens = MOST_TOKENS) {}

  get size(): number {
    return this.#tokens.size;
  }

  /** Undefined as soon as it has ended, or other keys are trusted. */
  recall(token: string, generation: number): Remembered | undefined {
    const key = keyOf(token);
    const remembered = this.#tokens.get(key);
    if (remembered === undefined) return undefined;
    this.#tokens.delete(key);
    if (!isBelieved(remembered, generation)) return undefined;
    this.#tokens.set(key, remembered);
    return remembered;
  }

  remember(token: string, remembered: Remembered): void {
    this.#tokens.set(keyOf(token), remembered);
    if (this.#tokens.size > this.mostTokens) this.#tokens.delete(this.#tokens.keys().next().value!);
  }
}

export function isBelieved(remembered: Remembered, generation: number): boolean {
  return remembered.untilMs > Date.now() && remembered.generation === generation;
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
