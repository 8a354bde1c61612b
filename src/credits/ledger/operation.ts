/**
 * One operation as `apply` reads it (the composite type `operation`) and one row of its answer.
 * What each verb does, and the outcomes it may have, stands at the head of apply.sql.
 */
export type Verb =
  | 'charge'
  | 'hold'
  | 'capture'
  | 'release'
  | 'extend'
  | 'take'
  | 'raise'
  | 'grant'
  | 'adjust'
  | 'refund'
  | 'clawback'
  | 'restore'
  | 'settle';

export interface Operation {
  verb: Verb;
  user_id?: string;
  /** The id of the hold or ledger entry that the operation makes; the entry of a capture goes by its hold's. */
  id?: string;
  hold_id?: string;
  entry_id?: string;
  credits?: number;
  ttl_seconds?: number;
  action?: string;
  price_version?: string;
  key?: string;
  fingerprint?: string;
  reason?: string;
  actor?: string;
  category?: string;
  priority?: number;
  expires_at?: string;
  /** What a hold or a charge is for: free text, kept where an erasure deletes it. */
  description?: string;
  /** Who keeps the hold, in a word of its own; one that differs from the hold's is refused. */
  owner?: string;
}

export type OutcomeCode =
  | 'done'
  | 'replayed'
  | 'busy'
  | 'insufficient'
  | 'too_large'
  | 'already_expired'
  | 'not_found'
  | 'not_a_charge'
  | 'hold_resolved'
  | 'hold_expired'
  | 'hold_taken_over'
  | 'capture_exceeds_hold'
  | 'refund_exceeds_charge'
  | 'not_a_grant'
  | 'clawback_exceeds_grant'
  | 'restore_exceeds_clawback'
  | 'key_reused';

export interface Outcome {
  code: OutcomeCode;
  id: string | null;
  userId: string;
  amount: number;
  balance: number;
  held: number;
  version: number;
  owed: number;
  /** When it was decided, by the database's clock, in milliseconds since 1970. */
  decidedAtMs: number;
  /**
   * The row a refusal or a replay speaks of: a hold, an entry, or the sums of what reverses one. Of what was done: how
   * much of it paid what was owed, if anything.
   */
  detail: Record<string, unknown> | null;
}

export function applySql(schema: string): string {
  return `SELECT * FROM ${schema}.apply($1, $2, $3, $4)`;
}

/** With the limit on waiting for a lock set for this statement, where it cannot be set once for a connection. */
export function timedApplySql(schema: string, lockTimeoutMs: number): string {
  return `
    SELECT a.* FROM set_config('lock_timeout', '${lockTimeoutMs}', true) AS l(is_set)
     CROSS JOIN LATERAL ${schema}.apply($1, $2 AND l.is_set IS NOT NULL, $3, $4) AS a`;
}

/** `announces`: the commit does; see apply.sql. */
export function applyValues(
  operations: readonly Operation[],
  wait: boolean,
  announces = true,
): [string, boolean, string[], boolean] {
  const rows = operations.map((operation, index) => rowOf(operation, index + 1));
  const newcomers = operations.filter(opensWallet).map(({ user_id }) => user_id!);
  return [`{${rows.join(',')}}`, wait, newcomers, announces];
}

/**
 * The columns of `operation` in their order, as a row within an array:
 * https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
function rowOf(operation: Operation, n: number): string {
  const { verb, user_id, id, hold_id, entry_id, credits, ttl_seconds, action, price_version } = operation;
  const { key, fingerprint, reason, actor, category, priority, expires_at, description, owner } = operation;
  const spent = `${plain(credits)},${plain(ttl_seconds)},${text(action)},${text(price_version)}`;
  const given = `${text(reason)},${text(actor)},${text(category)},${plain(priority)},${plain(expires_at)}`;
  const told = `${text(description)},${text(owner)}`;
  const what = `${text(user_id)},${plain(id)},${plain(hold_id)},${plain(entry_id)}`;
  return `"(${n},${verb},${what},${spent},${text(key)},${text(fingerprint)},${given},${told})"`;
}

/** Nothing between two commas is NULL. */
function plain(value: string | number | undefined): string | number {
  return value ?? '';
}

/** In quotes where it must be; escaped for the row, and all of that once more for the array. */
function text(value: string | undefined): string {
  if (value === undefined) return '';
  if (/^[\w:.-]+$/.test(value)) return value;
  return `\\"${value.replace(/["\\]/g, (sign) => `\\\\\\${sign}`)}\\"`;
}

/** A user who is given credits, or uses a free action, gets a wallet when there is none. */
export function opensWallet({ verb, credits = 0 }: Operation): boolean {
  if (verb === 'grant') return true;
  if (verb === 'adjust') return credits > 0;
  return (verb === 'charge' || verb === 'hold') && credits === 0;
}

export interface ApplyRow {
  n: number;
  outcome: OutcomeCode;
  id: string | null;
  user_id: string;
  amount: string | null;
  balance: string;
  held: string;
  version: string;
  owed: string | null;
  epoch_ms: number;
  detail: Record<string, unknown> | null;
  /** Of the wallet, where it changed. */
  name_hash: number | null;
}

/** The answers in the order of the operations; the function answers in the order of the wallets. */
export function readOutcomes(rows: readonly ApplyRow[]): Outcome[] {
  const outcomes = new Array<Outcome>(rows.length);
  for (const row of rows) {
    outcomes[row.n - 1] = {
      code: row.outcome,
      id: row.id,
      userId: row.user_id,
      amount: toCredits(row.amount ?? 0),
      balance: toCredits(row.balance),
      held: toCredits(row.held),
      version: toCredits(row.version),
      owed: toCredits(row.owed ?? 0),
      decidedAtMs: row.epoch_ms,
      detail: row.detail,
    };
  }
  return outcomes;
}

/**
 * bigint columns come as strings; the ledger and the trigger on hand edits keep them safe integers: this insists. What
 * is missing is not zero.
 */
export function toCredits(value: unknown): number {
  const number = isCredits(value) ? Number(value) : NaN;
  if (Number.isNaN(number)) throw new RangeError(`not a safe integer: ${String(value)}`);
  return number;
}

/** Whether a number of the database's can be told exactly: a sum may be too large for that. */
export function isCredits(value: unknown): boolean {
  return value !== null && value !== '' && Number.isSafeInteger(Number(value));
}
