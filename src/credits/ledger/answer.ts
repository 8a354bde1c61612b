import type { Operation, Outcome, OutcomeCode } from './operation.js';
import { toCredits } from './safe-integer.js';

/**
 * The answer of `apply` as one text, a record for each outcome: rows of it took nearly half of
 * Node's time for a batch. What is free text in it is JSON, where no bare control character is, so these part it.
 */
const [RECORD, FIELD] = ['\x1e', '\x1f'];

const FIELDS = `
  a.n, a.outcome, COALESCE(a.id::text, ''), COALESCE(a.amount, 0), a.balance, a.held, a.version, COALESCE(a.owed, 0),
  a.epoch_ms, COALESCE(a.name_hash::text, ''), COALESCE(a.detail::text, '')`;

export interface AnswerRow {
  answer: string;
}

interface Asking {
  /** Some operation does not name its user; two statements, for a parameter would have the server plan anew each time. */
  unnamed: boolean;
  /** The limit on waiting for a lock, where it cannot be set once for a connection. */
  lockTimeoutMs?: number;
}

/** Of the parameters in `applyValues`. */
export function applySql(schema: string, { unnamed, lockTimeoutMs }: Asking): string {
  const fields = unnamed ? `${FIELDS}, COALESCE(to_json(a.user_id)::text, 'null')` : FIELDS;
  const answer = `string_agg(concat_ws(E'\\x1f', ${fields}), E'\\x1e') AS answer`;
  if (lockTimeoutMs === undefined) return `SELECT ${answer} FROM ${schema}.apply($1, $2, $3, $4) AS a`;
  return `
    SELECT ${answer} FROM set_config('lock_timeout', '${lockTimeoutMs}', true) AS l(is_set)
     CROSS JOIN LATERAL ${schema}.apply($1, $2 AND l.is_set IS NOT NULL, $3, $4) AS a`;
}

export function isUnnamed(operations: readonly Operation[]): boolean {
  return operations.some(({ user_id }) => user_id == null);
}

/** The outcomes in the order of the operations; the function answers in the order of the wallets. */
export function readOutcomes({ answer }: AnswerRow, operations: readonly Operation[]): Outcome[] {
  const outcomes = new Array<Outcome>(operations.length);
  for (const record of answer.split(RECORD)) {
    const fields = record.split(FIELD) as [string, OutcomeCode, ...string[]];
    const index = Number(fields[0]) - 1;
    outcomes[index] = outcomeOf(fields, operations[index]!);
  }
  return outcomes;
}

function outcomeOf(fields: readonly [string, OutcomeCode, ...string[]], operation: Operation): Outcome {
  const [, code, id, amount, balance, held, version, owed, at, nameHash, detail, userId] = fields;
  return {
    code,
    id: id === '' ? null : idOf(id!, operation),
    userId: operation.user_id ?? (JSON.parse(userId!) as string),
    amount: toCredits(amount),
    balance: toCredits(balance),
    held: toCredits(held),
    version: toCredits(version),
    owed: toCredits(owed),
    decidedAtMs: Number(at),
    detail: detail === '' ? null : (JSON.parse(detail!) as Record<string, unknown>),
    changedHash: nameHash === '' ? undefined : Number(nameHash),
  };
}

/** The text that the caller has, or a copy: a part of a long text keeps all of it in memory. */
function idOf(id: string, operation: Operation): string {
  if (id === operation.id) return operation.id;
  if (id === operation.hold_id) return operation.hold_id;
  return Buffer.from(id, 'latin1').toString('latin1');
}
