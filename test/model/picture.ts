import { NEVER } from '../../src/credits/testing/glass.js';
import type { ModelWallet } from '../../src/credits/testing/model.js';
import { LOW, type ClockedCredits, type Place } from './clocked-credits.js';

/** Everything a wallet's owner could ask for, as lists: grants in burn order, holds and entries oldest first. */
export interface Picture {
  balance: number;
  held: number;
  owed: number;
  version: number;
  /** amount, remaining, priority, category, expiry in milliseconds */
  grants: unknown[][];
  /** amount, state, expiry in milliseconds */
  holds: unknown[][];
  /** version, kind, amount, balance after, held after, owed after, refunded */
  entries: unknown[][];
  /** credits, when the next refill comes and when it ended, in milliseconds */
  allowances: unknown[][];
  /** Events that told of a balance below the mark, of one used up, and of a wallet that began to owe. */
  told: [low: number, exhausted: number, owes: number];
}

/** How often a wallet crossed each of them: by what it had and owed before and after each act. */
export class Crossings {
  readonly told: Picture['told'] = [0, 0, 0];

  of<T>(wallet: ModelWallet, act: () => T): T {
    const { balance, owed } = wallet;
    try {
      return act();
    } finally {
      if (balance >= LOW && wallet.balance < LOW) this.told[0] += 1;
      if (balance > 0 && wallet.balance === 0) this.told[1] += 1;
      if (owed === 0 && wallet.owed > 0) this.told[2] += 1;
    }
  }
}

export function pictureOf(wallet: ModelWallet, { told }: Crossings): Picture {
  const { balance, held, owed, version, holds, entries, allowances } = wallet;
  return {
    balance,
    held,
    owed,
    version,
    grants: wallet.burnOrder().map((g) => [g.amount, g.remaining, g.priority, g.category, g.expiresAt]),
    holds: holds.map((h) => [h.amount, h.state, h.expiresAt]),
    entries: entries.map((e) => [
      ...[e.version, e.kind, e.amount, e.balanceAfter, e.heldAfter, e.owedAfter],
      e.refunded,
    ]),
    allowances: allowances.map((a) => [a.credits, a.nextAt, a.endedAt]),
    told,
  };
}

/** The same of the rows as they stand, read without settling anything. */
export async function storedPictures(
  { placeOf }: Pick<ClockedCredits, 'placeOf'>,
  userIds: string[],
): Promise<Picture[]> {
  const found = new Map<string, Picture>();
  for (const place of new Set(userIds.map(placeOf))) {
    const here = userIds.filter((userId) => placeOf(userId) === place);
    const pictures = await picturesIn(place, here);
    here.forEach((userId, n) => found.set(userId, pictures[n]!));
  }
  return userIds.map((userId) => found.get(userId)!);
}

async function picturesIn({ sql, schema }: Place, userIds: string[]): Promise<Picture[]> {
  const { rows } = await sql.query<{ picture: Picture }>({
    name: `pictures in ${schema}`,
    text: `
      SELECT json_build_object(
        'balance', COALESCE(w.balance, 0), 'held', COALESCE(w.held, 0),
        'owed', COALESCE(w.owed, 0), 'version', COALESCE(w.version, 0),
        'grants', COALESCE((
          SELECT json_agg(json_build_array(g.amount, g.remaining, g.priority, g.category,
                                           COALESCE((extract(epoch FROM g.expires_at) * 1000)::bigint, ${NEVER}))
                          ORDER BY g.burn_order)
            FROM ${schema}.grants g WHERE g.user_id = u.user_id), '[]'),
        'holds', COALESCE((
          SELECT json_agg(json_build_array(h.amount, h.state, (extract(epoch FROM h.expires_at) * 1000)::bigint)
                          ORDER BY h.created_version)
            FROM ${schema}.holds h WHERE h.user_id = u.user_id), '[]'),
        'entries', COALESCE((
          SELECT json_agg(json_build_array(e.version, e.kind, e.amount, e.balance_after, e.held_after, e.owed_after,
                            COALESCE((SELECT r.refunded FROM ${schema}.refunds r WHERE r.entry_id = e.id), 0))
                          ORDER BY e.version)
            FROM ${schema}.entries e WHERE e.user_id = u.user_id), '[]'),
        'allowances', COALESCE((
          SELECT json_agg(json_build_array(a.credits, COALESCE((extract(epoch FROM a.next_at) * 1000)::bigint, ${NEVER}),
                                           (extract(epoch FROM a.ended_at) * 1000)::bigint)
                          ORDER BY a.created_at, a.id)
            FROM ${schema}.allowances a WHERE a.user_id = u.user_id), '[]'),
        'told', (
          SELECT json_build_array(count(*) FILTER (WHERE o.type = 'balance.low'),
                                  count(*) FILTER (WHERE o.type = 'balance.exhausted'),
                                  count(*) FILTER (WHERE o.type = 'wallet.owes'))
            FROM ${schema}.outbox o WHERE o.wallet = w.number)) AS picture
        FROM unnest($1::text[]) WITH ORDINALITY u (user_id, place) LEFT JOIN ${schema}.wallets w USING (user_id)
       ORDER BY u.place`,
    values: [userIds],
  });
  return rows.map(({ picture }) => picture);
}
