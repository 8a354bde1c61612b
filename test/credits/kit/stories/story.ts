import type { Teller } from '../teller.js';

export type Stories = Record<string, (teller: Teller) => Promise<void>>;

export const by = { reason: 'because', actor: 'test' };
export const DAY = 86_400;

export function bound(t: Teller) {
  return { credits: t.credits, userId: t.userId, say: t.say.bind(t) };
}

/** Of an id that the story drew. */
export function withoutFacts({ code, message }: Error & { code?: string }): never {
  throw Object.assign(new Error(message), { code });
}
