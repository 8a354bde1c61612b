import type { Client } from 'pg';
import { NEVER, type ModelWallet } from '../../src/credits/testing/model.js';
import { LOW } from './clocked-credits.js';

/** Everything a wallet's owner could ask for, as lists: grants in burn order, holds and entries oldest first. */
export interface Picture {
  balance: number;
  held: number;
  version: number;
  /** amount, remaining, priority, category, expiry in milliseconds */
  grants: unknown[][];
  /** amount, state, expiry in milliseconds */
  holds: unknown[][];
  /** version, kind, amount, balance after, refunded */
  entries: unknown[][];
  /** Events that told of a balance below the mark, and of one used up. */
  told: [low: number, exhausted: number];
}

/** How often a wallet came below the mark, and to nothing: by what it had before and after each act. */
export class Crossings {
  readonly told: Picture['told'] = [0, 0];

  of<T>(wallet: ModelWallet, act: () => T): T {
    const before = wallet.balance;
    try {
      return act();
    } finally {
      if (before >= LOW && wallet.balance < LOW) this.told[0] += 1;
      if (before > 0 && wallet.balance === 0) this.told[1] += 1;
    }
  }
}

export function pictureOf(wallet: ModelWallet, { told }: Crossings): Picture {
  const { balance, held, version, holds, entries } = wallet;
  return {
    balance,
    held,
    version,
    grants: wallet.burnOrder().map((g) => [g.amount, g.remaining, g.priority, g.category, g.expiresAt]),
    holds: holds.map((h) => [h.amount, h.state, h.expiresAt]),
    entries: entries.map((e) => [e.version, e.kind, e.amount, e.balanceAfter, e.refunded]),
    told,
  };
}

/** The same of the rows as they stand, read without settling anything. */
export async function storedPictures(sql: Client, userIds: string[]): Promise<Picture[]> {
  const { rows } = await sql.query<{ picture: Picture }>({
    name: 'pictures',
    text: `
      SELECT json_build_object(
        'balance', COALESCE(w.balance, 0), 'held', COALESCE(w.held, 0), 'version', COALESCE(w.version, 0),
        'grants', COALESCE((
          SELECT json_agg(json_build_array(g.amount, g.remaining, g.priority, g.category,
                                           COALESCE((extract(epoch FROM g.expires_at) * 1000)::bigint, ${NEVER}))
                          ORDER BY g.burn_order)
            FROM credits.grants g WHERE g.user_id = u.user_id), '[]'),
        'holds', COALESCE((
          SELECT json_agg(json_build_array(h.amount, h.state, (extract(epoch FROM h.expires_at) * 1000)::bigint)
                          ORDER BY h.created_version)
            FROM credits.holds h WHERE h.user_id = u.user_id), '[]'),
        'entries', COALESCE((
          SELECT json_agg(json_build_array(e.version, e.kind, e.amount, e.balance_after,
                            COALESCE((SELECT r.refunded FROM credits.refunds r WHERE r.entry_id = e.id), 0))
                          ORDER BY e.version)
            FROM credits.entries e WHERE e.user_id = u.user_id), '[]'),
        'told', (
          SELECT json_build_array(count(*) FILTER (WHERE o.type = 'balance.low'),
                                  count(*) FILTER (WHERE o.type = 'balance.exhausted'))
            FROM credits.outbox o WHERE o.wallet = w.number)) AS picture
        FROM unnest($1::text[]) WITH ORDINALITY u (user_id, place) LEFT JOIN credits.wallets w USING (user_id)
       ORDER BY u.place`,
    values: [userIds],
  });
  return rows.map(({ picture }) => picture);
}
