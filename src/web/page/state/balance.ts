import { client } from '../api/client.js';
import type { Balance, Charge } from '../api/types.js';
import { calmed } from './calm.js';

export type { Connection, ShownBalance } from '../../../client/live-balance.js';

/** The balance as far as anybody has told it. */
export const balance = client.live;

/** The same for what is drawn of it. */
export const calmBalance = calmed(balance);

/** What is left after so many credits, or how many are missing: what comes in pays what is owed first. */
export function leftAfter({ available, owed }: Pick<Balance, 'available' | 'owed'>, credits: number): number {
  return available - owed - credits;
}

/** What was sent past the client, because fetch does not tell how much it has sent, knows the balance too. */
export function showCharge(charge: Charge, turn: number): void {
  balance.showCharge(charge, turn);
}
