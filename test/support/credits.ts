import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { CreditsService } from '../../src/credits/credits.service.js';
import { TypeOrmDatabase } from '../../src/credits/database/typeorm-database.js';
import { checkIntegrity } from '../../src/credits/reads/integrity.js';
import { LedgerConnection } from '../../src/credits/ledger-connection.js';
import { LedgerDatabase } from '../../src/credits/database/ledger-database.js';
import type { GathererLimits } from '../../src/credits/ledger/gatherer.js';
import { Ledger } from '../../src/credits/ledger/ledger.js';
import { PriceList } from '../../src/credits/price-list.js';
import type { Prices } from '../../src/credits/prices/index.js';
import { WalletChanges } from '../../src/credits/wallet-changes.js';

export const PRICES = { audio_upload: 2, txt_upload: 3, docx_processing: 5, premium_export: 15 };

export interface OpenCredits {
  credits: CreditsService;
  ledger: Ledger;
  pool: Pool;
  dataSource: DataSource;
  /** Throws with every difference the integrity check finds. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The credit system on a database of its own, without an app around it. */
export async function openCredits(
  url: string,
  options: { prices?: Prices; holdTtlSeconds?: number; limits?: Partial<GathererLimits> } = {},
): Promise<OpenCredits> {
  const { prices = PRICES, holdTtlSeconds = 60, limits } = options;
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  const connection = await LedgerConnection.open(new TypeOrmDatabase(dataSource));
  const ledger = new Ledger(connection.pool, limits);
  return {
    credits: new CreditsService(
      ledger,
      new LedgerDatabase(connection.host),
      new PriceList(prices),
      holdTtlSeconds,
      new WalletChanges(connection.host),
    ),
    ledger,
    pool: connection.pool,
    dataSource,
    async check() {
      const { differences } = await checkIntegrity((sql, values) => dataSource.query(sql, values));
      if (differences.length > 0) throw new Error(`the books disagree: ${JSON.stringify(differences)}`);
    },
    async close() {
      await connection.onApplicationShutdown();
      await dataSource.destroy();
    },
  };
}
