import { counted } from '../counted.js';
import { LedgerDatabase } from '../database/ledger-database.js';
import { checkIntegrity } from '../reads/integrity.js';
import { rowsOf, type Transaction } from '../ledger/transaction.js';

/** Lets `race` compare the answers with what the wallet paid. */
export interface Stake {
  /** A connection to the database in use: a pg client or pool, or a DataSource. */
  client: Transaction;
  userId: string;
  /** What one success costs. */
  credits: number;
}

/**
 * Make so many calls at once, of an endpoint of yours or anything else, and wait for all of them. With a `stake`, check
 * that the wallet paid for every success and for nothing else; a Response with status 400 or above counts as a refusal.
 *
 * @throws Error with a `stake`, if work was given away or paid twice
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

/** @throws Error that names every wallet whose entries, holds or grants do not add up to its balance */
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
