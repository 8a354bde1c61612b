import type { Entry } from '../api/types.js';

/** The way in which the ledger undoes an entry. */
export interface Correction {
  entry: Entry;
  verb: 'Refund' | 'Take back';
  /** At most so many credits. */
  most: number;
  /** Of the route, and which way credits go. */
  route: 'refund' | 'clawback';
  direction: 1 | -1;
}

/** What of a charge was not given back yet, what of a grant was not taken back; of anything else, nothing. */
export function correctionOf(entry: Entry, entries: readonly Entry[]): Correction | null {
  const { kind, amount, refunded, id } = entry;
  if (kind === 'charge') {
    const most = -amount - (refunded ?? 0);
    return most > 0 ? { entry, verb: 'Refund', most, route: 'refund', direction: 1 } : null;
  }
  if (kind !== 'grant') return null;
  const moved = entries.filter(({ reverses }) => reverses === id).reduce((sum, one) => sum + one.amount, 0);
  const most = amount + moved;
  return most > 0 ? { entry, verb: 'Take back', most, route: 'clawback', direction: -1 } : null;
}
