import { randomUUID } from 'node:crypto';
import { walletHash } from './wallet-hash.js';

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of time, so that the indexes over ids grow at their end; then
 * twelve of the hash of the user whose hold or entry it is, so that the id alone tells the wallet's group (see
 * {@link walletHash}); then random ones, which are those of a version 4, for Node makes these from entropy it keeps in
 * store.
 */
export function newId(userId: string): string {
  return stamped(((walletHash(userId) >>> 20) + 4096).toString(16).slice(1));
}

/** One of the same wallet as another id. */
export function newIdBeside(id: string): string {
  return stamped(id.slice(15, 18));
}

function stamped(bits: string): string {
  const now = Date.now();
  if (now !== stampedAt) {
    const time = now.toString(16).padStart(12, '0');
    stamp = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    stampedAt = now;
  }
  return stamp + bits + randomUUID().slice(18);
}

/** Of the last millisecond in which an id was made: a busy one makes many. */
let stamp = '';
let stampedAt = NaN;
