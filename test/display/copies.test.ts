import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, jest, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Environment } from '../../src/config/environment.js';
import { ProductDisplay } from '../../src/account/product-display.js';
import { Fence } from '../../src/credits-display/fence.js';
import { BalanceStore, MAX_COPIES } from '../../src/credits-display/store.js';
import { CreditsModule, InsufficientCreditsError } from '../../src/credits/index.js';
import { PRICES } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';
import { openInstance } from './instance.js';

const action = 'docx_processing';

const [instance, database] = await onOwnDatabase(openInstance);

/** Through cache-manager itself, as if somebody had corrupted the cache. */
async function poison(userId: string, credits: number): Promise<void> {
  const { fence, cache, display } = instance;
  const balance = { ...(await display.read(userId)), balance: credits, held: 0, available: credits };
  await cache.set(userId, { balance, ticket: fence.ticket(userId), diesAtMs: Infinity }, 60_000);
  expect((await display.read(userId)).available).toBe(credits);
}

describe('a poisoned cache', () => {
  test('of a billion credits buys nothing', async () => {
    const userId = await instance.customer(4);
    const refusal = { available: 4, required: 5 };
    for (const buy of ['charge', 'hold'] as const) {
      await poison(userId, 1e9);
      const bought = instance.credits[buy]({ userId, action });
      await expect(bought).rejects.toThrow(InsufficientCreditsError);
      await expect(bought).rejects.toMatchObject({ facts: refusal });
    }
  });

  test('of no credits keeps nobody from buying', async () => {
    const userId = await instance.customer(100);
    await poison(userId, 0);
    expect(await instance.credits.charge({ userId, action })).toMatchObject({ balance: 95 });
    await poison(userId, 0);
    const { id: holdId } = await instance.credits.hold({ userId, action });
    await poison(userId, 0);
    expect(await instance.credits.capture({ holdId })).toMatchObject({ balance: 90 });
  });

  test('is not what the service answers', async () => {
    const userId = await instance.customer(100);
    await poison(userId, 1e9);
    expect(await instance.credits.balance(userId)).toMatchObject({ available: 100 });
  });
});

describe("while a caller's transaction has touched a wallet", () => {
  test('it is read from the database, and nothing of it is kept', async () => {
    const userId = await instance.customer(100);
    await instance.dataSource.transaction(async (tx) => {
      await instance.credits.charge({ userId, action }, { tx });
      for (let times = 0; times < 2; times += 1) {
        expect(await instance.display.read(userId)).toMatchObject({ source: 'database', balance: 100 });
      }
    });
    expect(await instance.display.read(userId)).toMatchObject({ source: 'database', balance: 95 });
  });

  test('and rolled back, it is as it was', async () => {
    const userId = await instance.customer(100);
    const transaction = instance.dataSource.transaction(async (tx) => {
      await instance.credits.charge({ userId, action }, { tx });
      throw new Error('the work failed');
    });
    await expect(transaction).rejects.toThrow('the work failed');
    expect(await instance.display.read(userId)).toMatchObject({ balance: 100, version: 1 });
  });
});

describe('a copy', () => {
  test('dies in the instant in which credits expire', async () => {
    const userId = 'expiring';
    const expiresAt = new Date(Date.now() + 2_000);
    const { credits, display } = instance;
    await credits.grant({ userId, credits: 10, reason: 'gift', actor: 'test' });
    await credits.grant({ userId, credits: 7, reason: 'gift', actor: 'test', expiresAt, priority: 1 });
    await until(async () => (await display.read(userId)).source === 'cache');
    expect(await display.read(userId)).toMatchObject({ balance: 17, nextExpiryAt: expiresAt.toISOString() });
    await delay(expiresAt.getTime() - Date.now());
    expect(await display.read(userId)).toMatchObject({ balance: 10, nextExpiryAt: null });
  });

  test('dies in the instant in which a hold that nobody keeps alive lapses', async () => {
    const userId = await instance.customer(10);
    const { expiresAt } = await instance.credits.hold({ userId, action, ttlSeconds: 2 });
    await until(async () => (await instance.display.read(userId)).source === 'cache');
    expect(await instance.display.read(userId)).toMatchObject({ available: 5, nextExpiryAt: null });
    await delay(Date.parse(expiresAt) - Date.now());
    expect(await instance.display.read(userId)).toMatchObject({ available: 10 });
  });

  test('comes out of cache-manager alone; a cache that fails is a read of the database', async () => {
    const userId = await instance.customer(100);
    const sourceWhile = async (broken: { mockRestore(): void }) => {
      const { source, balance } = await instance.display.read(userId);
      broken.mockRestore();
      expect(balance).toBe(100);
      return source;
    };
    const failing = new Error('the cache is broken');
    await until(async () => (await instance.display.read(userId)).source === 'cache');
    expect(await sourceWhile(jest.spyOn(instance.cache, 'get').mockRejectedValue(failing))).toBe('database');
    await instance.cache.del(userId);
    expect(await sourceWhile(jest.spyOn(instance.cache, 'set').mockRejectedValue(failing))).toBe('database');
    expect((await instance.display.read(userId)).source).toBe('database');
    expect((await instance.display.read(userId)).source).toBe('cache');
  });

  test('cannot be changed by whoever gets it', async () => {
    const copy = await instance.display.read(await instance.customer(100));
    expect(() => Object.assign(copy, { available: 1e9 })).toThrow(TypeError);
  });

  test('is never replaced by an older one', () => {
    const fence = new Fence();
    const store = new BalanceStore(fence, 3);
    const kept = [3, 2, 4].map((version) => {
      const balance = { userId: 'a', version } as never;
      return store.set('a', { value: { balance, ticket: fence.ticket('a'), diesAtMs: Infinity } });
    });
    expect(kept).toEqual([true, false, true]);
  });

  test('is one of a bounded number, of which the least recently shown goes first', () => {
    const fence = new Fence();
    const store = new BalanceStore(fence, 3);
    const keep = (userId: string) => {
      const balance = { userId, version: 1 } as never;
      store.set(userId, { value: { balance, ticket: fence.ticket(userId), diesAtMs: Infinity } });
    };
    ['a', 'b', 'c'].forEach(keep);
    store.copyOf('a');
    keep('d');
    expect(['a', 'b', 'c', 'd'].filter((userId) => store.copyOf(userId) !== undefined)).toEqual([
      'a',
      'c',
      'd',
    ]);
    expect(MAX_COPIES).toBeLessThanOrEqual(100_000);
  });
});

test('with a lifetime of 0 there is no cache', async () => {
  const cacheless = await openInstance(database.url, { ttlSeconds: 0 });
  const userId = await instance.customer(100);
  for (let times = 0; times < 3; times += 1) {
    expect(await cacheless.display.read(userId)).toMatchObject({ source: 'database', balance: 100 });
  }
  expect(cacheless.store.size).toBe(0);
  await cacheless.close();
});

test('an app in which the credit system asks for the cache does not start', async () => {
  // It fails before it has connected, so that nothing is left of it.
  const driver = { master: { options: { host: '127.0.0.1', port: 1 } } };
  const dataSource = { driver, subscribers: [] } as unknown as DataSource;

  @Global()
  @Module({
    providers: [
      { provide: DataSource, useValue: dataSource },
      { provide: Environment, useValue: { displayCacheTtlSeconds: 300, lowBalanceCredits: 20 } },
    ],
    exports: [DataSource, Environment],
  })
  class GroundModule {}

  const credits = CreditsModule.forRoot({ prices: PRICES, dataSource, userOf: () => undefined });
  const tempted = {
    provide: 'a decision by the cache',
    inject: [CACHE_MANAGER],
    useFactory: () => undefined,
  };

  @Module({
    imports: [
      GroundModule,
      { ...credits, providers: [...(credits.providers ?? []), tempted] },
      ProductDisplay,
    ],
  })
  class TemptedModule {}

  const start = NestFactory.createApplicationContext(TemptedModule, { logger: false, abortOnError: false });
  await expect(start).rejects.toThrow(/CACHE_MANAGER/);
});
