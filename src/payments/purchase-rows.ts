import type { Page } from '../credits/index.js';
import { InvalidCreditsInputError } from '../credits/index.js';
import { rowsOf, type Database } from './database.js';
import type { PurchaseRow, PurchaseState } from './purchase.js';

const COLUMNS = `p.*, COALESCE((
  SELECT jsonb_agg(jsonb_build_object('kind', r.kind, 'amount', r.amount, 'asked', r.is_asked, 'refusal', r.refusal)
                   ORDER BY r.seen_at, r.id)
    FROM payments.reversals r WHERE r.purchase_id = p.id), '[]') AS reversals`;

export async function findPurchase(database: Database, id: string): Promise<PurchaseRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM payments.purchases p WHERE p.id = $1`;
  return (await rowsOf<PurchaseRow>(database, sql, [id]))[0];
}

/** From here to the end of the transaction nobody else changes it. */
export async function lockPurchase(tx: Database, id: string): Promise<PurchaseRow> {
  await tx.query('SELECT FROM payments.purchases WHERE id = $1 FOR UPDATE', [id]);
  return (await findPurchase(tx, id))!;
}

export interface PurchaseFilter {
  userId?: string;
  state?: PurchaseState;
  limit?: number;
  cursor?: string;
}

const CURSOR = /^p(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Newest first, from one database or from several. A cursor says where the last one of a page stands.
 *
 * @throws InvalidCreditsInputError (the cursor)
 */
export async function pageOfPurchases(
  databases: readonly Database[],
  { userId, state, limit = 50, cursor }: PurchaseFilter,
): Promise<Page<PurchaseRow>> {
  const [, micros = null, id = null] =
    cursor === undefined ? [] : (CURSOR.exec(cursor) ?? [undefined, undefined]);
  if (cursor !== undefined && micros === null) {
    throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
  }
  const sql = `SELECT ${COLUMNS}, (extract(epoch FROM p.created_at) * 1000000)::bigint AS micros
       FROM payments.purchases p
      WHERE ($1::text IS NULL OR p.user_id = $1) AND ($2::text IS NULL OR p.state = $2)
        AND ($3::bigint IS NULL
             OR (p.created_at, $4::uuid) < (timestamptz 'epoch' + $3 * interval '1 microsecond', p.id))
      ORDER BY p.created_at DESC, p.id LIMIT $5`;
  const values = [userId ?? null, state ?? null, micros, id, limit + 1];
  const pages = await Promise.all(
    databases.map((each) => rowsOf<PurchaseRow & { micros: string }>(each, sql, values)),
  );
  const rows = pages.flat();
  if (databases.length > 1) rows.sort(newestFirst);
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit ? `p${last!.micros}.${last!.id}` : null };
}

function newestFirst(a: { micros: string; id: string }, b: { micros: string; id: string }): number {
  return Number(b.micros) - Number(a.micros) || (a.id < b.id ? -1 : 1);
}
