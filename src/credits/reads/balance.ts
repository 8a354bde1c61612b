import { toNextRefill } from '../allowances/allowance.js';
import type { BalanceReading, NextRefill, Receipt } from '../credits.types.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { toCredits } from '../ledger/safe-integer.js';
import { receiptFrom } from '../outcome.js';

/** A wallet as it stands; undefined when something of it is due and must be settled before anybody sees it. */
export async function readBalance(
  ledger: ReadableLedger,
  userId: string,
): Promise<BalanceReading | undefined> {
  const [row] = await ledger.query(
    `SELECT balance, held, owed, version, LEAST(due_at, holds_due_at) AS due_at,
            LEAST(due_at, holds_due_at) <= clock_timestamp() AS due,
            floor(extract(epoch FROM clock_timestamp()) * 1000) AS now_ms,
            CASE WHEN due_at IS NOT NULL THEN ${ledger.schema}.next_refill(number) END AS next_refill
       FROM (SELECT $1::text AS user_id) u LEFT JOIN ${ledger.schema}.wallets w USING (user_id)`,
    [userId],
  );
  if (row!['due'] === true) return undefined;
  const [balance, held, owed, version] = ['balance', 'held', 'owed', 'version'].map((name) =>
    toCredits(row![name] ?? 0),
  );
  const dueAt = row!['due_at'] as Date | null;
  return {
    userId,
    balance: balance!,
    held: held!,
    available: balance! - held!,
    owed: owed!,
    version: version!,
    asOf: new Date(Number(row!['now_ms'])).toISOString(),
    dueAt: dueAt === null ? null : dueAt.toISOString(),
    nextRefill: toNextRefill(row!['next_refill']),
  };
}

/** Of a wallet that was settled just now. */
export async function readNextRefill(ledger: ReadableLedger, userId: string): Promise<NextRefill | null> {
  const { schema } = ledger;
  const sql = `SELECT ${schema}.next_refill(number) AS next_refill FROM ${schema}.wallets WHERE user_id = $1`;
  return toNextRefill((await ledger.query(sql, [userId]))[0]?.['next_refill']);
}

/** When credits that are there expire next; a grant that has burned down expires without anybody's noticing. */
export async function readNextExpiry(ledger: ReadableLedger, userId: string): Promise<string | null> {
  const [row] = await ledger.query<{ next_expiry: Date | null }>(
    `SELECT min(expires_at) AS next_expiry FROM ${ledger.schema}.grants
      WHERE user_id = $1 AND remaining > 0 AND expires_at > clock_timestamp()`,
    [userId],
  );
  return row!.next_expiry?.toISOString() ?? null;
}

export async function readReceipt(ledger: ReadableLedger, holdId: string): Promise<Receipt | undefined> {
  const entries = `${ledger.schema}.ledger_entries`;
  const [row] = await ledger.query<{ entry: Record<string, unknown> }>(
    `SELECT ${ledger.schema}.entry_of_act(c.id) AS entry
       FROM (SELECT id FROM ${entries} WHERE id = $1 AND hold_amount IS NOT NULL AND hold_id IS NULL
              UNION ALL SELECT id FROM ${entries} WHERE hold_id = $1) c`,
    [holdId],
  );
  return row === undefined ? undefined : receiptFrom(row.entry);
}

/** Whether a key of a user's made an entry; with an amount, one of so many credits. */
export async function isKeyUsed(
  ledger: ReadableLedger,
  { userId, key, amount }: { userId: string; key: string; amount?: number },
): Promise<boolean> {
  const { schema } = ledger;
  const sql = `SELECT FROM ${schema}.ledger_entries
                WHERE id = ${schema}.entry_of_key($1, $2) AND ($3::bigint IS NULL OR amount = $3)`;
  return (await ledger.query(sql, [userId, key, amount])).length > 0;
}
