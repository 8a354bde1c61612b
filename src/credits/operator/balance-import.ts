import { Injectable } from '@nestjs/common';
import { IdempotencyKeyReusedError, InvalidCreditsInputError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import { Groups } from '../groups.js';
import { isKeyUsed } from '../reads/balance.js';

/** A balance of another system: the line it stands on, whose it is, how much. */
export interface BalanceRow {
  line: number;
  userId: string;
  credits: number;
}

export interface ImportReport {
  name: string;
  imported: number;
  /** Came in with an earlier run of the same import. */
  importedBefore: number;
  /** Balances of 0, which need no entry. */
  empty: number;
  refused: { line: number; userId: string; message: string }[];
}

/** In flight at once: one full statement of the ledger, so that none of them waits for long. */
const PAGE_SIZE = 500;

/** Takes over the balances of an older system, each once under the ledger key `import:<name>`. */
@Injectable()
export class BalanceImport {
  constructor(
    private readonly credits: CreditsService,
    private readonly groups: Groups,
  ) {}

  /** @throws CreditsUnavailableError; run again it goes on where it was. */
  async run(
    rows: readonly BalanceRow[],
    { name, actor, onProgress }: { name: string; actor: string; onProgress?: (rowsSoFar: number) => void },
  ): Promise<ImportReport> {
    const report: ImportReport = { name, imported: 0, importedBefore: 0, empty: 0, refused: [] };
    for (let at = 0; at < rows.length; at += PAGE_SIZE) {
      const page = rows.slice(at, at + PAGE_SIZE);
      await Promise.all(page.map((row) => this.#take(row, actor, report)));
      onProgress?.(at + page.length);
    }
    return report;
  }

  async #take({ line, userId, credits }: BalanceRow, actor: string, report: ImportReport): Promise<void> {
    if (credits === 0) {
      report.empty += 1;
      return;
    }
    const idempotencyKey = `import:${report.name}`;
    const reason = `imported: ${report.name}`;
    try {
      const { replayed } = await this.credits.grant({ userId, credits, reason, actor, idempotencyKey });
      report[replayed ? 'importedBefore' : 'imported'] += 1;
    } catch (error) {
      if (error instanceof InvalidCreditsInputError) {
        report.refused.push({ line, userId, message: error.message });
      } else if (!(error instanceof IdempotencyKeyReusedError)) {
        throw error;
      } else if (
        await isKeyUsed(this.groups.of(userId).database, { userId, key: idempotencyKey, amount: credits })
      ) {
        // By another operator, that is: for the ledger, who does it is input too.
        report.importedBefore += 1;
      } else {
        report.refused.push({ line, userId, message: 'came in before with another balance' });
      }
    }
  }
}
