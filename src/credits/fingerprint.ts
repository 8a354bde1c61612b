import { createHash } from 'node:crypto';

/**
 * Tells one input of an idempotency key from another: the same for the same input, in whatever order the members of its
 * objects come. In a list, what is absent counts as null, so it does not depend on how a caller leaves one out.
 *
 * The ledger keeps it for ever. In another form it would make "another input" of each retry across an upgrade.
 */
export function fingerprint(input: unknown, encoding: 'base64url' | 'hex' = 'base64url'): string {
  const ordered = JSON.stringify(input, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256')
    .update(ordered ?? 'undefined')
    .digest(encoding);
}
