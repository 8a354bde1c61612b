import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CreditsModule, CreditsService } from '../../../dist/credits/index.js';
import { dataSourceOptions } from '../../../dist/database/data-source.js';
import { ACTION, OPENING_BALANCE, PRICE, WALLETS } from '../wallets.mjs';

/** The product through its public door, as an app would use it, its upkeep running. */
export function ours(url) {
  let app;
  let dataSource;
  let credits;
  return {
    name: 'CreditsService',
    walletsTable: 'credits.wallets',
    recorded: `SELECT count(*) FROM credits.entries WHERE kind = 'charge'`,

    async prepare() {
      dataSource = await new DataSource(dataSourceOptions(url)).initialize();
      const options = { prices: { [ACTION]: PRICE }, dataSource, userOf: () => undefined };
      app = await NestFactory.createApplicationContext(CreditsModule.forRoot(options), { logger: ['error'] });
      credits = app.get(CreditsService);
      for (let first = 0; first < WALLETS.length; first += 1_000) {
        await Promise.all(WALLETS.slice(first, first + 1_000).map(open));
      }
    },

    charge: (userId) => credits.charge({ userId, action: ACTION }),

    async cycle(userId) {
      const { id } = await credits.hold({ userId, action: ACTION });
      await credits.capture({ holdId: id });
    },

    async close() {
      await app?.close();
      await dataSource?.destroy();
    },
  };

  function open(userId) {
    return credits.grant({ userId, credits: OPENING_BALANCE, reason: 'opening balance', actor: 'bench' });
  }
}
