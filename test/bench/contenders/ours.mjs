import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CreditsModule, CreditsService } from '../../../dist/credits/index.js';
import { dataSourceOptions } from '../../../dist/database/data-source.js';
import { ACTION, OPENING_BALANCE, PRICE, WALLETS } from '../wallets.mjs';

/** The product through its public door, as an app would use it, its upkeep running. */
export function ours(url) {
  let service;
  return {
    name: 'CreditsService',
    walletsTable: 'credits.wallets',
    recorded: `SELECT count(*) FROM credits.entries WHERE kind = 'charge'`,

    async prepare() {
      service = await openService(url);
      await service.openWallets(WALLETS);
    },

    charge: (userId) => service.charge(userId),
    keyed: (userId) => service.charge(userId, randomUUID()),
    cycle: (userId) => service.cycle(userId),
    keyedCycle: (userId) => service.cycle(userId, randomUUID()),
    close: async () => service?.close(),
  };
}

export async function openService(url) {
  const dataSource = await new DataSource(dataSourceOptions({ connectionString: url })).initialize();
  const options = { prices: { [ACTION]: PRICE }, dataSource, userOf: () => undefined };
  const app = await NestFactory.createApplicationContext(CreditsModule.forRoot(options), {
    logger: ['error'],
  });
  const credits = app.get(CreditsService);
  return {
    credits,
    charge: (userId, idempotencyKey) => credits.charge({ userId, action: ACTION, idempotencyKey }),

    async cycle(userId, idempotencyKey) {
      const { id } = await credits.hold({ userId, action: ACTION, idempotencyKey });
      await credits.capture({ holdId: id });
    },

    async openWallets(userIds) {
      const opening = { credits: OPENING_BALANCE, reason: 'opening balance', actor: 'bench' };
      for (let first = 0; first < userIds.length; first += 1_000) {
        const some = userIds.slice(first, first + 1_000);
        await Promise.all(some.map((userId) => credits.grant({ userId, ...opening })));
      }
    },

    async close() {
      await app.close();
      await dataSource.destroy();
    },
  };
}
