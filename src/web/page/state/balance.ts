import { client } from '../api/client.js';
import type { Charge } from '../api/types.js';

export type { Connection, ShownBalance } from '../../../client/live-balance.js';

/** The balance as far as anybody has told it. */
export const balance = client.live;

/** What was sent past the client, because fetch does not tell how much it has sent, knows the balance too. */
export function showCharge(charge: Charge): void {
  balance.showCharge(charge);
}
