/**
 * One operation as `apply` reads it (the composite type `operation`), and what it answers.
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

/**
 * A literal of this shape will do. What is one of many is made by the class, with all members there, in one order: V8 reads
 * what is put together by spreading slowly, for each has a shape of its own, and keeps what a literal makes for long; see
 * Item (lanes.ts).
 */
export class Operation {
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

  constructor(operation: Operation) {
    this.verb = operation.verb;
    this.user_id = operation.user_id;
    this.id = operation.id;
    this.hold_id = operation.hold_id;
    this.entry_id = operation.entry_id;
    this.credits = operation.credits;
    this.ttl_seconds = operation.ttl_seconds;
    this.action = operation.action;
    this.price_version = operation.price_version;
    this.key = operation.key;
    this.fingerprint = operation.fingerprint;
    this.reason = operation.reason;
    this.actor = operation.actor;
    this.category = operation.category;
    this.priority = operation.priority;
    this.expires_at = operation.expires_at;
    this.description = operation.description;
    this.owner = operation.owner;
  }
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
  /** Where the wallet changed: what a notification names it by (wallet-hash.ts). */
  changedHash?: number;
}

/** For the statement of answer.ts. `announces`: the commit does; see apply.sql. */
export function applyValues(
  operations: readonly Operation[],
  wait: boolean,
  announces = true,
): [rows: string, wait: boolean, newcomers: string[], announces: boolean] {
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
