import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Cache } from 'cache-manager';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Environment } from '../../src/config/environment.js';
import { ProductDisplay } from '../../src/account/product-display.js';
import { Fence } from '../../src/credits-display/fence.js';
import { BalanceDisplay } from '../../src/credits-display/reader.js';
import { WalletSignal } from '../../src/credits-display/signal.js';
import { BalanceStore } from '../../src/credits-display/store.js';
import { CreditsModule, CreditsService } from '../../src/credits/index.js';
import { PRICES } from '../support/credits.js';
import { hearing } from '../support/told.js';
import { until } from '../support/until.js';

export interface Instance {
  app: INestApplicationContext;
  credits: CreditsService;
  display: BalanceDisplay;
  cache: Cache;
  store: BalanceStore;
  fence: Fence;
  signal: WalletSignal;
  dataSource: DataSource;
  /** Resolves once copies may be shown. */
  listens(): Promise<void>;
  /** A user who has so many credits and whose balance is in the cache. */
  customer(credits: number): Promise<string>;
  close(): Promise<void>;
}

export interface InstanceOptions {
  ttlSeconds?: number;
  holdTtlSeconds?: number;
}

/** One process of the product as far as credits and their display go; several may share a database. */
export async function openInstance(url: string, options: InstanceOptions = {}): Promise<Instance> {
  const { ttlSeconds = 300, holdTtlSeconds } = options;
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  const environment = { displayCacheTtlSeconds: ttlSeconds, lowBalanceCredits: 20 };

  @Global()
  @Module({
    providers: [
      { provide: DataSource, useValue: dataSource },
      { provide: Environment, useValue: environment },
    ],
    exports: [DataSource, Environment],
  })
  class GroundModule {}

  @Module({
    imports: [
      GroundModule,
      CreditsModule.forRoot({ prices: PRICES, dataSource, userOf: () => undefined, holdTtlSeconds }),
      ProductDisplay,
    ],
  })
  class InstanceModule {}

  const app = await NestFactory.createApplicationContext(InstanceModule, {
    logger: false,
    abortOnError: false,
  });
  const fence = app.get(Fence);
  const listens = () => until(() => fence.isTrusted(performance.now()));
  await listens();
  const credits = app.get(CreditsService);
  const display = app.get(BalanceDisplay);
  const heard = hearing(display, credits);
  return {
    app,
    credits,
    display,
    cache: app.get<Cache>(CACHE_MANAGER, { strict: false }),
    store: app.get(BalanceStore),
    fence,
    signal: app.get(WalletSignal),
    dataSource,
    listens,
    customer: async (owned) => {
      const userId = `customer-${randomUUID()}`;
      await credits.grant({ userId, credits: owned, reason: 'bought', actor: 'test' });
      await heard(userId);
      await until(async () => (await display.read(userId)).source === 'cache');
      return userId;
    },
    close: async () => {
      await app.close();
      await dataSource.destroy();
    },
  };
}
