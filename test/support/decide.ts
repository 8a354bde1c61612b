import type { ClientBase, Pool } from 'pg';
import { applySql, isUnnamed, readOutcomes, type AnswerRow } from '../../src/credits/ledger/answer.js';
import { applyValues, type Operation, type Outcome } from '../../src/credits/ledger/operation.js';

/** What `apply` decides of these operations in one statement, asked directly. */
export async function decide(
  on: Pool | ClientBase,
  operations: readonly Operation[],
  { wait = true, announces = true } = {},
): Promise<Outcome[]> {
  const sql = applySql('credits', { unnamed: isUnnamed(operations) });
  const { rows } = await on.query<AnswerRow>(sql, applyValues(operations, wait, announces));
  return readOutcomes(rows[0]!, operations);
}
