import { Injectable, NotFoundException } from '@nestjs/common';
import type { Allowance } from '../allowances/allowance.js';
import { InvalidCreditsInputError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import type { Entry, HistoryFilter, Page } from '../credits.types.js';
import type { InTransaction } from '../in-transaction.js';
import { isUserId } from '../input.js';
import { byServer, Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';
import { readOwnerOf, type Owned } from './owner-of.js';
import type { HoldsFilter } from './holds.js';
import type { GrantStatement, HoldWithActor } from './statement-rows.js';
import { Statements } from './statements.js';

export const LATEST_ENTRIES = 20;
export const LATEST_HOLDS = 200;

export interface Wallet {
  userId: string;
  available: number;
  held: number;
  balance: number;
  owed: number;
  version: number;
  updatedAt: string;
}

export interface WalletFile {
  wallet: Wallet;
  /** Those with credits left, in burn order. */
  grants: GrantStatement[];
  /** The newest 200 that run; `holds` has the others. */
  holds: HoldWithActor[];
  /** The latest 20, newest first; `entries` has the others. */
  entries: Entry[];
  /** Those that ended too, the latest first. */
  allowances: Allowance[];
}

type Row = Record<string, unknown>;

const selectWallets = (schema: string): string => `
  SELECT user_id, lower(user_id) AS folded, balance, held, owed, version, updated_at,
         LEAST(due_at, holds_due_at) <= clock_timestamp() AS due FROM ${schema}.wallets`;

/**
 * In the order, and with the letters, of the index wallets_by_name: a page reads its own rows and no others, however
 * many wallets there are. "C" knows capitals in ASCII alone, in the index and here alike. The first page begins at
 * the query and not at the first wallet: of two lower bounds PostgreSQL starts from the one, and it may be the lesser.
 */
const searchIn = (schema: string): string => `
  ${selectWallets(schema)}
   WHERE starts_with(lower(user_id), lower($1 COLLATE "C")) AND (lower(user_id), user_id) > (lower($2 COLLATE "C"), $3)
   ORDER BY lower(user_id), user_id LIMIT $4`;

/** Everybody's wallets, for those who may see them. What is due is settled first, so nothing lapsed is shown. */
@Injectable()
export class Wallets {
  constructor(
    private readonly credits: CreditsService,
    private readonly statements: Statements,
    private readonly groups: Groups,
  ) {}

  /**
   * Those whose user id begins with `query`, in capitals or not, in the order of their user ids.
   *
   * @throws InvalidCreditsInputError (the cursor), CreditsUnavailableError
   */
  async search({ query = '', limit = 50, cursor }: { query?: string; limit?: number; cursor?: string }) {
    const last = cursor === undefined ? undefined : fromCursor(cursor);
    const values = [query, last ?? query, last ?? '', limit + 1];
    const servers = [...byServer(this.groups.all()).values()];
    const found = servers.map(([first, ...others]) => {
      const schemas = [first!, ...others].map(({ database }) => database.schema);
      return first!.database.query(inAll(schemas.map(searchIn)), values);
    });
    const rows = (await Promise.all(found)).flat();
    rows.sort(inTheOrderOfTheIndex);
    const page: Page<Wallet> = { data: [], nextCursor: null };
    for (const row of rows.slice(0, limit)) {
      const userId = row['user_id'] as string;
      page.data.push(row['due'] === true ? await this.one(userId) : toWallet(row));
    }
    if (rows.length > limit) page.nextCursor = toCursor(page.data.at(-1)!.userId);
    return page;
  }

  /** @throws InvalidCreditsInputError, NotFoundException, CreditsUnavailableError */
  async one(userId: string): Promise<Wallet> {
    await this.credits.balance(userId);
    return this.read(userId);
  }

  /** As the database, or the caller's transaction, has it. @throws NotFoundException, CreditsUnavailableError */
  async read(userId: string, tx?: InTransaction['tx']): Promise<Wallet> {
    const database = this.groups.of(userId).database.in(tx);
    const [row] = await database.query(`${selectWallets(database.schema)} WHERE user_id = $1`, [userId]);
    if (row === undefined) throw new NotFoundException('This user has no wallet.');
    return toWallet(row);
  }

  /** Whose an id of a ledger entry, a hold or a grant is. @throws CreditsUnavailableError */
  owning(id: string): Promise<Owned | undefined> {
    return readOwnerOf(this.groups.ofId(id).database, id);
  }

  /** All that an operator needs to answer for a wallet. @throws as `one` does */
  async file(userId: string): Promise<WalletFile> {
    const wallet = await this.one(userId);
    const [grants, { data: holds }, { data: entries }, allowances] = await Promise.all([
      this.statements.grants(userId),
      this.statements.holdsPage(userId, { states: ['held'], limit: LATEST_HOLDS }),
      this.credits.history(userId, { limit: LATEST_ENTRIES }),
      this.credits.allowances(userId),
    ]);
    return { wallet, grants, holds, entries, allowances };
  }

  /** One page of what a wallet has set aside. @throws as `one` does, InvalidCreditsInputError */
  async holds(userId: string, filter: HoldsFilter): Promise<Page<HoldWithActor>> {
    await this.read(userId);
    return this.statements.holdsPage(userId, filter);
  }

  /** One page of what a wallet has been through. @throws as `read` does, InvalidCreditsInputError */
  async entries(userId: string, filter: HistoryFilter): Promise<Page<Entry>> {
    await this.read(userId);
    return this.credits.history(userId, filter);
  }
}

function inAll(statements: readonly string[]): string {
  return statements.length === 1 ? statements[0]! : statements.map((one) => `(${one})`).join(' UNION ALL ');
}

/** By bytes, as "C" has them. */
function inTheOrderOfTheIndex(a: Row, b: Row): number {
  const bytes = (row: Row, name: string) => Buffer.from(row[name] as string);
  return (
    Buffer.compare(bytes(a, 'folded'), bytes(b, 'folded')) ||
    Buffer.compare(bytes(a, 'user_id'), bytes(b, 'user_id'))
  );
}

function toWallet(row: Row): Wallet {
  const [balance, held] = [toCredits(row['balance']), toCredits(row['held'])];
  return {
    userId: row['user_id'] as string,
    available: balance - held,
    held,
    balance,
    owed: toCredits(row['owed']),
    version: toCredits(row['version']),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}

function toCursor(userId: string): string {
  return Buffer.from(userId).toString('base64url');
}

/** @throws InvalidCreditsInputError */
function fromCursor(cursor: string): string {
  const userId = Buffer.from(cursor, 'base64url').toString();
  if (isUserId(userId) && toCursor(userId) === cursor) return userId;
  throw new InvalidCreditsInputError([{ path: 'cursor', message: 'must be a nextCursor of this list' }]);
}
