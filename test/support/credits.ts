import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { CreditsService } from '../../src/credits/credits.service.js';
import { checkIntegrity } from '../../src/credits/reads/integrity.js';
import type { Groups } from '../../src/credits/groups.js';
import { openGroups } from '../../src/credits/open-groups.js';
import { allIn } from '../../src/credits/ledger/placement.js';
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
    /** Databases among which the groups are divided, besides the first. */
    others?: readonly string[];
  } = {},
): Promise<OpenCredits> {
  const { prices = PRICES, holdTtlSeconds = 60, limits } = options;
  const { groups: count = 1, others = [] } = options;
  const urls = [url, ...others];
  const dataSources = await Promise.all(
    urls.map((address) => new DataSource({ type: 'postgres', url: address }).initialize()),
  );
  const share = count / urls.length;
  const servers = dataSources.map((dataSource, place) => ({
    dataSource,
    groups: allIn(count).here.slice(place * share, (place + 1) * share),
  }));
  const groups = await openGroups({ groups: count, servers }, limits);
  const changes = new WalletChanges();
  groups.forEach(({ connection }) => changes.watch(connection.host));
  return {
    credits: new CreditsService(groups, new PriceList(prices), holdTtlSeconds, changes),
    groups,
    ledger: groups.first.ledger,
    pool: groups.first.connection.pool,
    dataSource: dataSources[0]!,
    async check() {
      const reports = groups.all().map(({ database }) => {
        const query = (sql: string, values: unknown[]) => database.query(sql, values);
        return checkIntegrity(query, { schema: database.schema });
      });
      const differences = (await Promise.all(reports)).flatMap((report) => report.differences);
      if (differences.length > 0) throw new Error(`the books disagree: ${JSON.stringify(differences)}`);
    },
    async close() {
      await groups.onApplicationShutdown();
      for (const dataSource of dataSources) await dataSource.destroy();
    },
  };
}
