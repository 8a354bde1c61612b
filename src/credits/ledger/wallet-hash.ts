import { hash, randomUUID } from 'node:crypto';

/** Enough for the busy ones; a name that is not here is hashed again. */
const MOST_KEPT = 50_000;
const kept = new Map<string, number>();

/**
 * The first 32 bits of the SHA-256 of a user id in UTF-8, as a signed integer: `name_hash` in the database (names.sql).
 * By it a notification names a wallet; its first bits tell the wallet's group, and twelve of them stand in its ids.
 */
export function walletHash(userId: string): number {
  let value = kept.get(userId);
  if (value === undefined) {
    value = hashOf(userId);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(userId, value);
  }
  return value;
}

function hashOf(name: string): number {
  return Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16) | 0;
}

/** What takes a person's place in the books: drawn, in a few milliseconds, until it is of the wallet's group. */
export function pseudonymFor(userId: string): string {
  const bits = walletHash(userId) >>> 20;
  for (;;) {
    const pseudonym = `erased:${randomUUID()}`;
    if (hashOf(pseudonym) >>> 20 === bits) return pseudonym;
  }
}

/** Which of so many groups of wallets, a power of two up to 1,024, a user's is in. */
export function groupOf(userId: string, groups: number): number {
  return groupOfBits(walletHash(userId) >>> 20, groups);
}

/**
 * The same by an id of a hold, an entry or a grant. Ids from before the ledger's second form carry no group; a database
 * that has such ids has one group.
 */
export function groupOfId(id: string, groups: number): number {
  return groupOfBits(Number.parseInt(id.slice(15, 18), 16), groups);
}

function groupOfBits(bits: number, groups: number): number {
  return Math.floor((bits * groups) / 4096);
}
