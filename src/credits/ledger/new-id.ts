import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of time, then random ones, so that the indexes over ids grow
 * at their end. The random part is that of a version 4, which Node makes from entropy it keeps in store.
 */
export function newId(): string {
  const now = Date.now();
  if (now !== stampedAt) {
    const time = now.toString(16).padStart(12, '0');
    stamp = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    stampedAt = now;
  }
  return stamp + randomUUID().slice(15);
}

/** Of the last millisecond in which an id was made: a busy one makes many. */
let stamp = '';
let stampedAt = NaN;
