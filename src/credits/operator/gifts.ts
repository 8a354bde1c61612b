import { Injectable, NotFoundException } from '@nestjs/common';
import { IdempotencyKeyReusedError, InvalidCreditsInputError } from '../credits.errors.js';
import type { InTransaction } from '../in-transaction.js';
import { fingerprint } from '../fingerprint.js';
import type { LedgerDatabase } from '../database/ledger-database.js';
import { Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';

export interface GiftInput {
  key: string;
  amount: number;
  reason: string;
  expiresAt?: string | null;
  /** Absent: every wallet there is now. */
  userIds?: string[];
}

export interface GiftReport {
  key: string;
  state: 'running' | 'done';
  /** Number of wallets: counted when the gift is requested; once it is done, those it reached. */
  wallets: number;
  /** Wallets that have it. */
  done: number;
  /** Wallets that could not take it: it had expired by then, or they would hold more than 2^53−1. */
  refused: number;
  amount: number;
  reason: string;
  expiresAt: string | null;
  createdAt: string;
  finishedAt: string | null;
}

type Row = Record<string, unknown>;

/** The condition on a wallet `w` that it is somebody's: one whose person was erased belongs to nobody. */
export const hasAnOwner = (schema: string): string =>
  `NOT EXISTS (SELECT FROM ${schema}.erasures e WHERE e.pseudonym = w.user_id)`;

/** Credits for everybody, or for those named: asked for here, given by GiftGiver. */
@Injectable()
export class Gifts {
  constructor(private readonly groups: Groups) {}

  /**
   * Ask for a gift; the same one again answers how far it is.
   *
   * @throws IdempotencyKeyReusedError (the key is another gift's), InvalidCreditsInputError (expired already),
   *   CreditsUnavailableError
   */
  async begin(input: GiftInput, actor: string, tx?: InTransaction['tx']): Promise<GiftReport> {
    const database = this.groups.first.database.in(tx);
    const { schema } = database;
    const { key, amount, reason } = input;
    const expiresAt = input.expiresAt == null ? null : new Date(input.expiresAt).toISOString();
    const userIds = input.userIds == null ? null : [...new Set(input.userIds)].sort();
    const print = fingerprint({ amount, reason, expiresAt, userIds });
    await database.query(
      `INSERT INTO ${schema}.gifts (key, fingerprint, amount, reason, actor, expires_at, user_ids, wallets)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8
        WHERE $6::timestamptz IS NULL OR $6 > clock_timestamp()
       ON CONFLICT (key) DO NOTHING`,
      [
        key,
        print,
        amount,
        reason,
        actor,
        expiresAt,
        userIds,
        userIds?.length ?? (await this.#wallets(database)),
      ],
    );
    const row = await find(database, key);
    if (row === undefined) {
      throw new InvalidCreditsInputError([{ path: 'expiresAt', message: 'must be a time in the future' }]);
    }
    if (row['fingerprint'] !== print) throw new IdempotencyKeyReusedError();
    return toReport(row);
  }

  /** @throws NotFoundException, CreditsUnavailableError */
  async report(key: string): Promise<GiftReport> {
    const row = await find(this.groups.first.database, key);
    if (row === undefined) throw new NotFoundException('There is no such gift.');
    return toReport(row);
  }

  /** Of everybody, as the caller's transaction sees them where it can. */
  async #wallets(inTransaction: LedgerDatabase): Promise<number> {
    const { first } = this.groups;
    const counts = this.groups.all().map(async (group) => {
      const database = group === first ? inTransaction : group.database;
      const { schema } = database;
      const sql = `SELECT count(*) AS wallets FROM ${schema}.wallets w WHERE ${hasAnOwner(schema)}`;
      return toCredits((await database.query(sql, []))[0]!['wallets']);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}

async function find(database: LedgerDatabase, key: string): Promise<Row | undefined> {
  const [row] = await database.query(`SELECT * FROM ${database.schema}.gifts WHERE key = $1`, [key]);
  return row;
}

function toReport(row: Row): GiftReport {
  const finishedAt = row['finished_at'] as Date | null;
  return {
    key: row['key'] as string,
    state: finishedAt === null ? 'running' : 'done',
    wallets: toCredits(row['wallets']),
    done: toCredits(row['done']),
    refused: toCredits(row['refused']),
    amount: toCredits(row['amount']),
    reason: row['reason'] as string,
    expiresAt: (row['expires_at'] as Date | null)?.toISOString() ?? null,
    createdAt: (row['created_at'] as Date).toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
