import type { GrantCategory, HoldState } from '../credits.types.js';
import { toCredits } from '../ledger/safe-integer.js';

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

type Row = Record<string, unknown>;

export function toHold(row: Row): HoldWithActor {
  return {
    id: row['id'] as string,
    action: row['action'] as string,
    amount: toCredits(row['amount']),
    state: row['state'] as HoldState,
    expiresAt: toTime(row['expires_at'])!,
    createdAt: toTime(row['created_at'])!,
    resolvedAt: toTime(row['resolved_at']),
    reason: row['reason'] as string | null,
    description: row['description'] as string | null,
    actor: row['actor'] as string | null,
    charged: row['charged'] === null ? null : toCredits(row['charged']),
  };
}

export function toGrant(row: Row): GrantStatement {
  return {
    id: row['id'] as string,
    amount: toCredits(row['amount']),
    remaining: toCredits(row['remaining']),
    category: row['category'] as GrantCategory,
    priority: row['priority'] as number,
    reason: row['reason'] as string | null,
    expiresAt: toTime(row['expires_at']),
    createdAt: toTime(row['created_at'])!,
  };
}

export function toTime(value: unknown): string | null {
  return value === null ? null : (value as Date).toISOString();
}
