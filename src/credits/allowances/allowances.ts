import { Logger } from '@nestjs/common';
import { keyed, requireInput, timeOf } from '../input.js';
import { newId } from '../ledger/new-id.js';
import type { Transaction } from '../ledger/transaction.js';
import { ledgerIn } from '../database/same-database.js';
import type { LedgerDatabase } from '../database/ledger-database.js';
import type { Group, Groups } from '../groups.js';
import { UNKNOWN_VERSION, type WalletChanges } from '../wallet-changes.js';
import { allowanceRefusal, toAllowance, type Allowance, type AllowInput } from './allowance.js';

export interface MonthlyGrant {
  /** For each user and month. 0: nobody is given any, and each allowance ends with its month. */
  credits: number;
  /** At most so many unspent credits of a month stay for the next. */
  carry: number;
  timeZone: string;
}

interface Decision {
  outcome: string;
  id: string;
  owner: string;
}

const logger = new Logger('Credits');

const PARAMETERS = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16';

/** What CreditsService does about allowances. Refills need nothing of it: the ledger pours them when they are due. */
export class Allowances {
  constructor(
    private readonly groups: Groups,
    private readonly changes: WalletChanges,
  ) {}

  async allow(input: AllowInput, tx?: Transaction): Promise<Allowance & { replayed: boolean }> {
    const { userId, terms, paid, key, fingerprint } = checkedTerms(input);
    const values = [userId, newId(userId), ...terms, key, fingerprint, ...paid];
    const database = await ledgerIn(this.groups.of(userId), tx);
    const { id, outcome } = await this.#decide(database, `allow(${PARAMETERS})`, values, tx, userId);
    return { ...(await readAllowance(database, id)), replayed: outcome === 'replayed' };
  }

  async end(id: string, tx?: Transaction): Promise<Allowance> {
    requireInput({ id }, { id: 'id' });
    const database = await ledgerIn(this.groups.ofId(id), tx);
    await this.#decide(database, 'end_allowance($1)', [id], tx);
    return readAllowance(database, id);
  }

  async limit(id: string, refills: number, lastUntil?: string | Date, tx?: Transaction): Promise<Allowance> {
    requireInput({ id, refills, lastUntil }, { id: 'id', refills: 'credits', lastUntil: 'time?' });
    const database = await ledgerIn(this.groups.ofId(id), tx);
    await this.#decide(database, 'limit_refills($1, $2, $3)', [id, refills, toText(lastUntil)], tx);
    return readAllowance(database, id);
  }

  /** The entries of its refills so far, the first one first; only where there is a number of them. */
  async refillsOf(id: string, tx?: Transaction): Promise<string[]> {
    requireInput({ id }, { id: 'id' });
    const database = this.groups.ofId(id).database.in(tx);
    const sql = `SELECT entry_id FROM ${database.schema}.allowance_refills($1)`;
    return (await database.query<{ entry_id: string }>(sql, [id])).map((row) => row.entry_id);
  }

  /** Those of a user, the latest made first. */
  async of(userId: string, tx?: Transaction): Promise<Allowance[]> {
    requireInput({ userId }, { userId: 'userId' });
    const database = this.groups.of(userId).database.in(tx);
    const sql = `SELECT * FROM ${database.schema}.allowances WHERE user_id = $1 ORDER BY created_at DESC, id DESC`;
    return (await database.query(sql, [userId])).map(toAllowance);
  }

  async setMonthly({ credits, carry, timeZone }: MonthlyGrant): Promise<void> {
    requireInput(
      { credits, carry, timeZone },
      { credits: 'credits', carry: 'credits', timeZone: 'timeZone' },
    );
    const set = ({ database }: Group) =>
      database.query(`SELECT ${database.schema}.set_monthly_grant($1, $2, $3)`, [credits, carry, timeZone]);
    // In those that are away now it is set when they come.
    const coming = (group: Group) =>
      void set(group).catch((error: unknown) => logger.error(`no monthly grant is set: ${String(error)}`));
    await Promise.all(this.groups.present().map(set));
    this.groups.whenJoins(coming);
  }

  async hasMonthly(userId: string): Promise<boolean> {
    const { database } = this.groups.of(userId);
    const sql = `SELECT ${database.schema}.has_monthly($1) AS has`;
    const [told] = await database.query<{ has: boolean }>(sql, [userId]);
    return told!.has;
  }

  async allowMonthly(userId: string): Promise<void> {
    const { database } = this.groups.of(userId);
    const sql = `SELECT ${database.schema}.allow_monthly($1, $2)`;
    await database.query(sql, [userId, newId(userId)]);
    this.changes.committed(userId, UNKNOWN_VERSION);
  }

  async #decide(
    database: LedgerDatabase,
    call: string,
    values: unknown[],
    tx: Transaction | undefined,
    userId?: string,
  ): Promise<Decision> {
    const sql = `SELECT * FROM ${database.schema}.${call}`;
    const [decision] = await database.query<Decision>(sql, values);
    const changed = userId ?? decision!.owner;
    if (tx === undefined) this.changes.committed(changed, UNKNOWN_VERSION);
    else this.changes.pending(changed, tx);
    const refusal = allowanceRefusal(decision!.outcome);
    if (refusal !== undefined) throw refusal;
    return decision!;
  }
}

async function readAllowance(database: LedgerDatabase, id: string): Promise<Allowance> {
  const sql = `SELECT * FROM ${database.schema}.allowances WHERE id = $1`;
  return toAllowance((await database.query(sql, [id]))[0]!);
}

/**
 * What an allowance is to be, in the order in which the ledger takes it.
 *
 * @throws InvalidCreditsInputError, IdempotencyKeyInvalidError
 */
export function checkedTerms(input: AllowInput) {
  const { userId, plan, credits, months = 1, carry = 0, timeZone = 'UTC', reason, actor } = input;
  const [anchor, until] = [input.anchor ?? undefined, input.until ?? undefined];
  const { refills, lastUntil, follows } = input;
  requireInput(
    {
      userId,
      plan,
      credits,
      months,
      anchor,
      until,
      carry,
      timeZone,
      refills,
      lastUntil,
      follows,
      reason,
      actor,
    },
    {
      userId: 'userId',
      plan: 'plan',
      credits: 'given',
      months: 'months',
      anchor: 'time?',
      until: 'time?',
      carry: 'credits',
      timeZone: 'timeZone',
      refills: 'months?',
      lastUntil: 'time?',
      follows: 'id?',
      reason: 'reason?',
      actor: 'actor?',
    },
  );
  const [from, to] = [toText(anchor), toText(until)];
  const terms = [plan, credits, months, from, to, carry, timeZone, reason, actor] as const;
  const paid = [refills, toText(lastUntil), follows] as const;
  // Without them the fingerprint is what it was before there were any.
  const more = paid.some((term) => term !== undefined) ? paid : [];
  return { userId, terms, paid, ...keyed(input.idempotencyKey, ['allow', ...terms, ...more]) };
}

function toText(time: string | Date | undefined): string | undefined {
  return time === undefined ? undefined : new Date(timeOf(time)).toISOString();
}
