import { hash } from 'node:crypto';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';

/** A balance as clients get it, in answers and in events alike. */
export function toBody(shown: DisplayedBalance) {
  const { available, held, balance, version, low, nextExpiryAt, asOf, source } = shown;
  return { credits: available, available, held, balance, version, low, nextExpiryAt, asOf, source };
}

/**
 * Weak, because `asOf` and `source` differ between answers that say the same. The user is part of it: a version
 * alone would let a shared cache give one user's balance to another.
 */
export function etagOf({ userId, version, low, nextExpiryAt }: DisplayedBalance): string {
  const digest = hash('sha256', JSON.stringify([userId, version, low, nextExpiryAt]), 'base64url');
  return `W/"${digest.slice(0, 27)}"`;
}

/** Whether `If-None-Match` names it; weak and strong tags compare alike here. */
export function isNamedIn(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
