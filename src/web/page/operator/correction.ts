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

/** What of a charge was not given back yet, what of a grant was not taken back, as the server has it; of anything else, nothing. */
export function correctionOf(entry: Entry): Correction | null {
  const { amount, refunded, takenBack } = entry;
  if (refunded !== null)
    return correction({ entry, verb: 'Refund', most: -amount - refunded, route: 'refund', direction: 1 });
  if (takenBack === null) return null;
  return correction({ entry, verb: 'Take back', most: amount - takenBack, route: 'clawback', direction: -1 });
}

const correction = (of: Correction): Correction | null => (of.most > 0 ? of : null);
