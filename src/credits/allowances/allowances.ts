import { keyed, requireInput, timeOf } from '../input.js';
import { newId } from '../ledger/new-id.js';
import type { Transaction } from '../ledger/transaction.js';
import { openTransaction } from '../database/open-transaction.js';
import type { LedgerDatabase } from '../database/ledger-database.js';
import { UNKNOWN_VERSION, type WalletChanges } from '../wallet-changes.js';
import { allowanceRefusal, toAllowance, type Allowance, type AllowInput } from './allowance.js';

export interface MonthlyGrant {
  /** 0: nobody is given any, and the allowances end at their next boundary. */
  credits: number;
  /** So many of a month's may be left over in the next. */
  carry: number;
  timeZone: string;
}

interface Decision {
  outcome: string;
  id: string;
  owner: string;
}

const PARAMETERS = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16';

/** What CreditsService does about allowances. Refills need nothing of it: the ledger pours them when they are due. */
export class Allowances {
  constructor(
    private readonly database: LedgerDatabase,
    private readonly changes: WalletChanges,
  ) {}

  async allow(input: AllowInput, tx?: Transaction): Promise<Allowance & { replayed: boolean }> {
    const { userId, terms, paid, key, fingerprint } = checkedTerms(input);
    const values = [userId, newId(userId), ...terms, key, fingerprint, ...paid];
    const { id, outcome } = await this.#decide(`allow(${PARAMETERS})`, values, tx, userId);
    return { ...(await this.#read(id, tx)), replayed: outcome === 'replayed' };
  }

  async end(id: string, tx?: Transaction): Promise<Allowance> {
    requireInput({ id: [id, 'id'] });
    await this.#decide('end_allowance($1)', [id], tx);
    return this.#read(id, tx);
  }

  async limit(id: string, refills: number, lastUntil?: string | Date, tx?: Transaction): Promise<Allowance> {
    requireInput({ id: [id, 'id'], refills: [refills, 'credits'], lastUntil: [lastUntil, 'time?'] });
    await this.#decide('limit_refills($1, $2, $3)', [id, refills, toText(lastUntil)], tx);
    return this.#read(id, tx);
  }

  /** The entries of its refills so far, the first one first; only where there is a number of them. */
  async refillsOf(id: string, tx?: Transaction): Promise<string[]> {
    requireInput({ id: [id, 'id'] });
    const sql = `SELECT entry_id FROM ${this.#schema}.allowance_refills($1)`;
    return (await this.database.in(tx).query<{ entry_id: string }>(sql, [id])).map((row) => row.entry_id);
  }

  /** Those of a user, the latest made first. */
  async of(userId: string, tx?: Transaction): Promise<Allowance[]> {
    requireInput({ userId: [userId, 'userId'] });
    const sql = `SELECT * FROM ${this.#schema}.allowances WHERE user_id = $1 ORDER BY created_at DESC, id DESC`;
    return (await this.database.in(tx).query(sql, [userId])).map(toAllowance);
  }

  async setMonthly({ credits, carry, timeZone }: MonthlyGrant): Promise<void> {
    requireInput({
      credits: [credits, 'credits'],
      carry: [carry, 'credits'],
      timeZone: [timeZone, 'timeZone'],
    });
    const sql = `SELECT ${this.#schema}.set_monthly_grant($1, $2, $3)`;
    await this.database.query(sql, [credits, carry, timeZone]);
  }

  async hasMonthly(userId: string): Promise<boolean> {
    const sql = `SELECT ${this.#schema}.has_monthly($1) AS has`;
    const [told] = await this.database.query<{ has: boolean }>(sql, [userId]);
    return told!.has;
  }

  async allowMonthly(userId: string): Promise<void> {
    const sql = `SELECT ${this.#schema}.allow_monthly($1, $2)`;
    await this.database.query(sql, [userId, newId(userId)]);
    this.changes.committed(userId, UNKNOWN_VERSION);
  }

  async #decide(
    call: string,
    values: unknown[],
    tx: Transaction | undefined,
    userId?: string,
  ): Promise<Decision> {
    const database = this.database.in(tx && openTransaction(tx));
    const [decision] = await database.query<Decision>(`SELECT * FROM ${this.#schema}.${call}`, values);
    const changed = userId ?? decision!.owner;
    if (tx === undefined) this.changes.committed(changed, UNKNOWN_VERSION);
    else this.changes.pending(changed, tx);
    const refusal = allowanceRefusal(decision!.outcome);
    if (refusal !== undefined) throw refusal;
    return decision!;
  }

  async #read(id: string, tx: Transaction | undefined): Promise<Allowance> {
    const sql = `SELECT * FROM ${this.#schema}.allowances WHERE id = $1`;
    return toAllowance((await this.database.in(tx).query(sql, [id]))[0]!);
  }

  get #schema(): string {
    return this.database.schema;
  }
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
  requireInput({
    userId: [userId, 'userId'],
    plan: [plan, 'plan'],
    credits: [credits, 'given'],
    months: [months, 'months'],
    anchor: [anchor, 'time?'],
    until: [until, 'time?'],
    carry: [carry, 'credits'],
    timeZone: [timeZone, 'timeZone'],
    refills: [refills, 'months?'],
    lastUntil: [lastUntil, 'time?'],
    follows: [follows, 'id?'],
    reason: [reason, 'reason?'],
    actor: [actor, 'actor?'],
  });
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
