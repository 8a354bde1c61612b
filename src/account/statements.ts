import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CreditsService, askDatabase, type GrantCategory, type HoldState } from '../credits/index.js';
import { HOLD_STATES } from './account.dto.js';

const MOST_HOLDS = 200;

export interface HoldStatement {
  id: string;
  action: string;
  amount: number;
  state: HoldState;
  expiresAt: string;
  createdAt: string;
  resolvedAt: string | null;
  /** Why it was released or expired. */
  reason: string | null;
  /** What it was for, such as the name of a file. */
  description: string | null;
  /** What it came to: 0 is not charged; null while it is held. */
  charged: number | null;
}

/** For operators. */
export interface HoldWithActor extends HoldStatement {
  /** Who had the work begun, where it was not the user. */
  actor: string | null;
}

export interface GrantStatement {
  id: string;
  amount: number;
  remaining: number;
  category: GrantCategory;
  priority: number;
  reason: string | null;
  expiresAt: string | null;
  createdAt: string;
}

export interface Usage {
  /** A day in UTC, or an action. */
  key: string;
  credits: number;
  count: number;
}

type Row = Record<string, unknown>;

/** What of a wallet is listed, read from the database. What is due is settled first, so nothing lapsed is shown. */
@Injectable()
export class Statements {
  constructor(
    private readonly credits: CreditsService,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * The newest 200, newest first; state by state, as their index has them, or all of a wallet's would be sorted.
   *
   * @throws CreditsUnavailableError
   */
  async holds(userId: string, state?: HoldState): Promise<HoldWithActor[]> {
    await this.credits.balance(userId);
    const rows = await this.#query(
      `SELECT h.* FROM credits.latest_holds($1, $2, ${MOST_HOLDS}) h ORDER BY h.created_version DESC LIMIT ${MOST_HOLDS}`,
      [userId, state === undefined ? HOLD_STATES : [state]],
    );
    return rows.map((row) => ({
      id: row['id'] as string,
      action: row['action'] as string,
      amount: Number(row['amount']),
      state: row['state'] as HoldState,
      expiresAt: toTime(row['expires_at'])!,
      createdAt: toTime(row['created_at'])!,
      resolvedAt: toTime(row['resolved_at']),
      reason: row['reason'] as string | null,
      description: row['description'] as string | null,
      actor: row['actor'] as string | null,
      charged: row['charged'] === null ? null : Number(row['charged']),
    }));
  }

  /** Those with credits left, in the order in which they burn. @throws CreditsUnavailableError */
  async grants(userId: string): Promise<GrantStatement[]> {
    await this.credits.balance(userId);
    const rows = await this.#query(
      `SELECT id, amount, remaining, category, priority, reason, expires_at, created_at
         FROM credits.grants WHERE user_id = $1 AND remaining > 0 ORDER BY burn_order`,
      [userId],
    );
    return rows.map(toGrant);
  }

  /** What charges took, refunded later or not. @throws CreditsUnavailableError */
  async usage(
    userId: string,
    { from, to, groupBy = 'day' }: { from?: string; to?: string; groupBy?: 'day' | 'action' },
  ): Promise<Usage[]> {
    const key = { day: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`, action: 'action' }[groupBy];
    const rows = await this.#query(
      `SELECT ${key} AS key, -sum(amount) AS credits, count(*) AS count
         FROM credits.entries
        WHERE user_id = $1 AND kind = 'charge'
          AND ($2::timestamptz IS NULL OR created_at >= $2) AND ($3::timestamptz IS NULL OR created_at < $3)
        GROUP BY 1 ORDER BY 1`,
      [userId, from, to],
    );
    return rows.map((row) => ({
      key: row['key'] as string,
      credits: Number(row['credits']),
      count: Number(row['count']),
    }));
  }

  #query(sql: string, values: unknown[]): Promise<Row[]> {
    return askDatabase<Row>(this.dataSource, sql, values);
  }
}

/** From a row of credits.grants. */
export function toGrant(row: Row): GrantStatement {
  return {
    id: row['id'] as string,
    amount: Number(row['amount']),
    remaining: Number(row['remaining']),
    category: row['category'] as GrantCategory,
    priority: row['priority'] as number,
    reason: row['reason'] as string | null,
    expiresAt: toTime(row['expires_at']),
    createdAt: toTime(row['created_at'])!,
  };
}

function toTime(value: unknown): string | null {
  return value === null ? null : (value as Date).toISOString();
}
