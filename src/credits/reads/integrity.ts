import { toCredits } from '../ledger/safe-integer.js';

/** One thing that should be equal and is not. */
export interface Difference {
  userId: string;
  check: string;
  expected: string;
  actual: string;
}

export interface IntegrityReport {
  ok: boolean;
  wallets: number;
  entries: number;
  differences: Difference[];
}

interface Row {
  wallets: number;
  entries: string;
  last_number: number | null;
  user_id: string | null;
  check: string;
  expected: string;
  actual: string;
}

export interface IntegrityOptions {
  /** Where the ledger lives; default `credits`. */
  schema?: string;
  /** Wallets looked at in one statement; each is one snapshot. */
  pageSize?: number;
  onProgress?: (walletsSoFar: number) => void;
}

/** Below every number that a wallet, or what is left of one, could have. */
const BEFORE_ALL = -(2 ** 31);

/**
 * Check the books of every wallet, in plain SQL and online: each page is one short statement on one snapshot,
 * and no charge waits for it.
 */
export async function checkIntegrity(
  query: (sql: string, values: unknown[]) => Promise<unknown>,
  { schema = 'credits', pageSize = 1_000, onProgress }: IntegrityOptions = {},
): Promise<IntegrityReport> {
  const report: IntegrityReport = { ok: true, wallets: 0, entries: 0, differences: [] };
  let after: number | null = BEFORE_ALL;
  while (after !== null) {
    const rows = (await query(`SELECT * FROM ${schema}.check_wallets($1, $2)`, [after, pageSize])) as Row[];
    const first: Row = rows[0]!;
    report.wallets += first.wallets;
    report.entries += toCredits(first.entries);
    for (const { user_id: userId, check, expected, actual } of rows) {
      if (userId !== null) report.differences.push({ userId, check, expected, actual });
    }
    onProgress?.(report.wallets);
    after = first.last_number;
  }
  report.ok = report.differences.length === 0;
  return report;
}
