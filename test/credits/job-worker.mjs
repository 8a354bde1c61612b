// A worker of a queue in a process of its own: takes the hold over, says `begun`, and works until it is killed or told
// to end. node job-worker.mjs <database url> <user> <hold> <seconds a hold lives>
import { once } from 'node:events';
import { DataSource } from 'typeorm';
import { CreditsService } from '../../dist/credits/credits.service.js';
import { openGroups } from '../../dist/credits/open-groups.js';
import { PriceList } from '../../dist/credits/price-list.js';
import { WalletChanges } from '../../dist/credits/wallet-changes.js';

const [url, userId, holdId, ttlSeconds] = process.argv.slice(2);
const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
const credits = new CreditsService(
  await openGroups({ dataSource }),
  new PriceList({ premium_export: 15 }),
  Number(ttlSeconds),
  new WalletChanges(),
);
try {
  await credits.spend({ userId, action: 'premium_export', holdId }, async () => {
    console.log('begun');
    await once(process.stdin, 'data');
  });
  console.log('done');
} catch (error) {
  console.log(error.code ?? String(error));
}
process.exit();
