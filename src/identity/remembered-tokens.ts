import { hash } from 'node:crypto';
import type { User } from './user.js';

export interface Remembered {
  user: User;
  untilMs: number;
}

const MOST_TOKENS = 10_000;

/**
 * Tokens that were verified, until they expire, so that a signature is checked once and not with every request.
 * Of more than `MOST_TOKENS` the least recently used are forgotten. Digests stand for the tokens: they take
 * little room, and whoever sees this memory has no token.
 */
export class RememberedTokens {
  // A Map keeps the order of insertion, so its first key is the least recently used one.
  readonly #tokens = new Map<string, Remembered>();

  constructor(private readonly mostTokens = MOST_TOKENS) {}

  get size(): number {
    return this.#tokens.size;
  }

  find(token: string): User | undefined {
    return this.recall(token)?.user;
  }

  recall(token: string): Remembered | undefined {
    const key = keyOf(token);
    const remembered = this.#tokens.get(key);
    if (remembered === undefined) return undefined;
    this.#tokens.delete(key);
    if (remembered.untilMs <= Date.now()) return undefined;
    this.#tokens.set(key, remembered);
    return remembered;
  }

  remember(token: string, user: User, untilMs: number): void {
    this.#tokens.set(keyOf(token), { user, untilMs });
    if (this.#tokens.size > this.mostTokens) this.#tokens.delete(this.#tokens.keys().next().value!);
  }
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
