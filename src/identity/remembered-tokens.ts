import { LRUCache } from 'lru-cache';
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
 * reading this memory reveals no token.
 */
export class RememberedTokens {
  readonly #tokens: LRUCache<string, Remembered>;

  constructor(mostTokens = MOST_TOKENS) {
    this.#tokens = new LRUCache({ max: mostTokens });
  }

  get size(): number {
    return this.#tokens.size;
  }

  /** Undefined once it has expired, or once other keys are trusted. */
  recall(token: string, generation: number): Remembered | undefined {
    const key = keyOf(token);
    const remembered = this.#tokens.get(key);
    if (remembered === undefined || isBelieved(remembered, generation)) return remembered;
    this.#tokens.delete(key);
    return undefined;
  }

  remember(token: string, remembered: Remembered): void {
    this.#tokens.set(keyOf(token), remembered);
  }
}

export function isBelieved(remembered: Remembered, generation: number): boolean {
  return remembered.untilMs > Date.now() && remembered.generation === generation;
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
