import { counted } from '../counted.js';
import { LedgerDatabase } from '../database/ledger-database.js';
import { checkIntegrity } from '../reads/integrity.js';
import { rowsOf, type Transaction } from '../ledger/transaction.js';

/** What a race is about, for `race` to compare what was answered with what was paid. */
export interface Stake {
  /** To the database in use: a pg client or pool, a DataSource. */
  client: Transaction;
  userId: string;
  /** What one success costs. */
  credits: number;
}

/**
 * Call so many times at once: the host's own endpoint, or anything else. What is settled answers or rejects; a Response
 * from 400 up counts as a refusal. With a stake it is a check: what the successes cost has to be what the wallet lost.
 *
 * @throws Error when work was given away, or paid twice
 */
export async function race<T>(
  times: number,
  call: (n: number) => Promise<T>,
  stake?: Stake,
): Promise<PromiseSettledResult<T>[]> {
  const before = stake && (await balanceOf(stake));
  const results = await Promise.allSettled(Array.from({ length: times }, (_, n) => call(n)));
  if (stake === undefined) return results;
  const succeeded = results.filter(isSuccess).length;
  const paid = before! - (await balanceOf(stake));
  if (paid !== succeeded * stake.credits) {
    throw new Error(
      `${succeeded} of ${times} calls at once succeeded, which costs ${counted(succeeded * stake.credits, 'credit')}, ` +
        `and ${stake.userId} paid ${paid}`,
    );
  }
  await expectBooksSum(stake.client);
  return results;
}

/** @throws Error naming every wallet whose entries, holds or grants do not add up to its balance */
export async function expectBooksSum(client: Transaction): Promise<void> {
  const query = async (sql: string, values: unknown[]) => rowsOf(await client.query(sql, values));
  const { differences } = await checkIntegrity(query);
  if (differences.length === 0) return;
  const lines = differences.map(
    (one) => `${one.userId}: ${one.check} should be ${one.expected} and is ${one.actual}`,
  );
  throw new Error(`the books do not add up:\n${lines.join('\n')}`);
}

function isSuccess(result: PromiseSettledResult<unknown>): boolean {
  if (result.status === 'rejected') return false;
  const status = (result.value as { status?: unknown } | null | undefined)?.status;
  return typeof status !== 'number' || status < 400;
}

async function balanceOf({ client, userId }: Stake): Promise<number> {
  const ledger = new LedgerDatabase(client);
  const sql = `SELECT balance FROM ${ledger.schema}.wallets WHERE user_id = $1`;
  const [wallet] = await ledger.query<{ balance: string }>(sql, [userId]);
  return Number(wallet?.balance ?? 0);
}
