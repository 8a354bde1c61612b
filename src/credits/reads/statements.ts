import { Injectable } from '@nestjs/common';
import { InvalidCreditsInputError, UnknownHoldError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import type { HoldState, Page } from '../credits.types.js';
import { requireInput } from '../input.js';
import type { ReadableLedger } from '../database/ledger-database.js';
import { Groups } from '../groups.js';
import { isCredits, toCredits } from '../ledger/safe-integer.js';
import { HOLD_STATES, readHolds, type HoldsFilter } from './holds.js';
import { toGrant, toHold, type GrantStatement, type HoldWithActor } from './statement-rows.js';
import { readExplanation, type Explanation } from './explanation.js';
import { readChangedRows, type ChangedRows } from './changed-rows.js';

export interface Usage {
  /** A day in UTC, or an action. */
  key: string;
  credits: number;
  count: number;
}

/** The lists of a wallet, read from the database; expiries and refills that are due happen first. */
@Injectable()
export class Statements {
  constructor(
    private readonly credits: CreditsService,
    private readonly groups: Groups,
  ) {}

  /** The newest 200 holds, newest first; `holdsPage` reads more. @throws CreditsUnavailableError */
  async holds(userId: string, state?: HoldState): Promise<HoldWithActor[]> {
    return (await this.holdsPage(userId, { states: state === undefined ? HOLD_STATES : [state] })).data;
  }

  /**
   * A page of holds, newest first; captured ones count from their charge. A page with captured holds reads a bounded
   * number of entries, so it may be short, even empty, and still have a next page.
   *
   * @throws InvalidCreditsInputError, CreditsUnavailableError
   */
  async holdsPage(userId: string, filter: HoldsFilter = {}): Promise<Page<HoldWithActor>> {
    await this.credits.balance(userId);
    return readHolds(this.groups.of(userId).database, userId, filter);
  }

  /**
   * One of this user's holds, in whatever state it is.
   *
   * @throws InvalidCreditsInputError, UnknownHoldError, CreditsUnavailableError
   */
  async hold(userId: string, holdId: string): Promise<HoldWithActor> {
    requireInput({ holdId }, { holdId: 'id' });
    await this.credits.balance(userId);
    const { database } = this.groups.of(userId);
    const [row] = await database.query(
      `SELECT * FROM ${database.schema}.holds WHERE id = $1 AND user_id = $2`,
      [holdId, userId],
    );
    if (row === undefined) throw new UnknownHoldError(holdId);
    return toHold(row);
  }

  /** The grants that have credits left, in burn order. @throws CreditsUnavailableError */
  async grants(userId: string): Promise<GrantStatement[]> {
    await this.credits.balance(userId);
    const { database } = this.groups.of(userId);
    const rows = await database.query(
      `SELECT id, amount, remaining, category, priority, reason, expires_at, created_at
         FROM ${database.schema}.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order`,
      [userId],
    );
    return rows.map(toGrant);
  }

  /** All that is known about one ledger entry. @throws UnknownEntryError, CreditsUnavailableError */
  async explain(entryId: string): Promise<Explanation & { userId: string }> {
    const { userId, ...entry } = await this.credits.entry(entryId);
    await this.credits.balance(userId);
    return { userId, ...(await readExplanation(this.groups.of(userId).database, entry)) };
  }

  /** The rows that changed after a version of the wallet; undefined if they are too many. @throws CreditsUnavailableError */
  changedSince(userId: string, version: number): Promise<ChangedRows | undefined> {
    return readChangedRows(this.groups.of(userId).database, userId, version);
  }

  /**
   * The credits that charges took, by day or by action, refunded later or not; clawbacks do not count. A sum above 2^53−1
   * is refused, because it could not be exact.
   *
   * @throws InvalidCreditsInputError, CreditsUnavailableError
   */
  async usage(
    userId: string,
    { from, to, groupBy = 'day' }: { from?: string; to?: string; groupBy?: 'day' | 'action' },
  ): Promise<Usage[]> {
    const key = { day: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`, action: 'action' }[groupBy];
    const { database } = this.groups.of(userId);
    const rows = await database.query(
      `SELECT ${key} AS key, -sum(amount) AS credits, count(*) AS count
         FROM ${database.schema}.entries
        WHERE user_id = $1 AND kind = 'charge'
          AND ($2::timestamptz IS NULL OR created_at >= $2) AND ($3::timestamptz IS NULL OR created_at < $3)
        GROUP BY 1 ORDER BY 1`,
      [userId, from, to],
    );
    if (!rows.every((row) => isCredits(row['credits']))) throw sumTooLarge();
    return rows.map((row) => ({
      key: row['key'] as string,
      credits: toCredits(row['credits']),
      count: toCredits(row['count']),
    }));
  }
}

/** The grant that a ledger entry came with. OFFSET 0: among the grants of its wallet alone, whatever else there is. */
export async function readGrantOf(ledger: ReadableLedger, entryId: string): Promise<GrantStatement> {
  const { schema } = ledger;
  const [row] = await ledger.query(
    `SELECT g.* FROM ${schema}.entries e
       JOIN LATERAL (SELECT * FROM ${schema}.grants WHERE user_id = e.user_id OFFSET 0) g ON g.id = e.grant_id
      WHERE e.id = $1`,
    [entryId],
  );
  return toGrant(row!);
}

function sumTooLarge(): InvalidCreditsInputError {
  const message = 'spans a sum beyond 2^53-1: ask for a shorter span of time';
  return new InvalidCreditsInputError([{ path: 'from', message }]);
}
