import { toNextRefill } from './allowances/allowance.js';
import type { BalanceReading, NextRefill, Receipt } from './credits.types.js';
import { toCredits } from './ledger/operation.js';
import { rowsOf, type Transaction } from './ledger/transaction.js';
import { receiptFrom } from './outcome.js';
import { asUnavailable } from './unavailable.js';

/** Ask the database, or a caller's transaction. @throws CreditsUnavailableError */
export async function askDatabase<Row>(
  database: Transaction,
  sql: string,
  values: unknown[],
): Promise<Row[]> {
  try {
    return rowsOf<Row>(await database.query(sql, values));
  } catch (error) {
    throw asUnavailable(error);
  }
}

export type Query = (sql: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

/** A wallet as it stands; undefined when something of it is due and must be settled before anybody sees it. */
export async function readBalance(query: Query, userId: string): Promise<BalanceReading | undefined> {
  const [row] = await query(
    `SELECT balance, held, version, LEAST(due_at, holds_due_at) AS due_at,
            LEAST(due_at, holds_due_at) <= clock_timestamp() AS due,
            floor(extract(epoch FROM clock_timestamp()) * 1000) AS now_ms,
            CASE WHEN due_at IS NOT NULL THEN credits.next_refill(number) END AS next_refill
       FROM (SELECT $1::text AS user_id) u LEFT JOIN credits.wallets w USING (user_id)`,
    [userId],
  );
  if (row!['due'] === true) return undefined;
  const [balance, held, version] = ['balance', 'held', 'version'].map((name) => toCredits(row![name] ?? 0));
  const dueAt = row!['due_at'] as Date | null;
  return {
    userId,
    balance: balance!,
    held: held!,
    available: balance! - held!,
    version: version!,
    asOf: new Date(Number(row!['now_ms'])).toISOString(),
    dueAt: dueAt === null ? null : dueAt.toISOString(),
    nextRefill: toNextRefill(row!['next_refill']),
  };
}

/** Of a wallet that was settled just now. */
export async function readNextRefill(query: Query, userId: string): Promise<NextRefill | null> {
  const sql = 'SELECT credits.next_refill(number) AS next_refill FROM credits.wallets WHERE user_id = $1';
  return toNextRefill((await query(sql, [userId]))[0]?.['next_refill']);
}

export async function readReceipt(query: Query, holdId: string): Promise<Receipt | undefined> {
  const [entry] = await query(
    `SELECT e.*
       FROM (SELECT id FROM credits.ledger_entries WHERE id = $1 AND hold_amount IS NOT NULL AND hold_id IS NULL
              UNION ALL SELECT id FROM credits.ledger_entries WHERE hold_id = $1) c
       JOIN credits.entries e ON e.id = c.id`,
    [holdId],
  );
  return entry === undefined ? undefined : receiptFrom(entry);
}
