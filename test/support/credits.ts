import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { CreditsService } from '../../src/credits/credits.service.js';
import { checkIntegrity } from '../../src/credits/reads/integrity.js';
import type { Groups } from '../../src/credits/groups.js';
import { openGroups } from '../../src/credits/open-groups.js';
import type { GathererLimits } from '../../src/credits/ledger/gatherer.js';
import type { Ledger } from '../../src/credits/ledger/ledger.js';
import { PriceList } from '../../src/credits/price-list.js';
import type { Prices } from '../../src/credits/prices/index.js';
import { WalletChanges } from '../../src/credits/wallet-changes.js';

export const PRICES = { audio_upload: 2, txt_upload: 3, docx_processing: 5, premium_export: 15 };

export interface OpenCredits {
  credits: CreditsService;
  groups: Groups;
  /** Of the first group, as is the pool. */
  ledger: Pick<Ledger, 'apply' | 'applyIn'>;
  pool: Pool;
  dataSource: DataSource;
  /** Throws with every difference the integrity check finds. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The credit system on a database of its own, without an app around it. */
export async function openCredits(
  url: string,
  options: {
    prices?: Prices;
    holdTtlSeconds?: number;
    limits?: Partial<GathererLimits>;
    groups?: number;
  } = {},
): Promise<OpenCredits> {
  const { prices = PRICES, holdTtlSeconds = 60, limits } = options;
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  const groups = await openGroups({ dataSource, groups: options.groups }, limits);
  const changes = new WalletChanges();
  groups.forEach(({ connection }) => changes.watch(connection.host));
  return {
    credits: new CreditsService(
      groups,
      new PriceList(prices),
      holdTtlSeconds,
      changes,
    ),
    groups,
    ledger: groups.first.ledger,
    pool: groups.first.connection.pool,
    dataSource,
    async check() {
      const query = (sql: string, values: unknown[]) => dataSource.query(sql, values);
      const reports = groups.all().map(({ database: { schema } }) => checkIntegrity(query, { schema }));
      const differences = (await Promise.all(reports)).flatMap((report) => report.differences);
      if (differences.length > 0) throw new Error(`the books disagree: ${JSON.stringify(differences)}`);
    },
    async close() {
      await groups.onApplicationShutdown();
      await dataSource.destroy();
    },
  };
}
