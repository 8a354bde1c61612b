import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Fence } from '../../src/credits-display/fence.js';
import { BalanceDisplay } from '../../src/credits-display/reader.js';
import { keepingIn } from '../../src/credits-display/keeping-in.js';
import { BalanceStore } from '../../src/credits-display/store.js';
import { setTimeout as delay } from 'node:timers/promises';
import { createCache } from 'cache-manager';
import { onOwnDatabase } from '../support/own-database.js';
import { DeleteOnlyFence } from './delete-only-fence.js';
import { openInstance } from './instance.js';

const [instance] = await onOwnDatabase(openInstance);

/** A display whose next read has its row from the database and is then stopped on its way home. */
function slowDisplay(fence: Fence) {
  fence.trustUntil(Infinity);
  const store = new BalanceStore(fence, 10);
  const cache = createCache(keepingIn(store));
  const { credits, signal } = instance;
  let hasRow: () => void;
  let comesHome: () => void;
  const row = new Promise<void>((resolve) => (hasRow = resolve));
  let journey: Promise<void> | undefined = new Promise<void>((resolve) => (comesHome = resolve));
  const slowly = {
    changes: credits.changes,
    nextExpiryOf: (userId: string) => credits.nextExpiryOf(userId),
    balance: async (userId: string) => {
      const reading = await credits.balance(userId);
      const wait = journey;
      journey = undefined;
      hasRow();
      await wait;
      return reading;
    },
  };
  const options = { ttlSeconds: 300, lowBalanceCredits: 20 };
  const display = new BalanceDisplay(slowly, cache, store, fence, signal, options);
  return { display, store, row, comeHome: () => comesHome() };
}

async function lateReader(fence: Fence, write: (userId: string) => Promise<unknown>) {
  const userId = randomUUID();
  await instance.credits.grant({ userId, credits: 100, reason: 'bought', actor: 'test' });
  const { display, row, comeHome } = slowDisplay(fence);
  const late = display.read(userId);
  await row;
  await write(userId);
  // Starts after the write was answered, while the late reader is still under way.
  const during = await display.read(userId);
  comeHome();
  const overlapping = await late;
  const after = await display.read(userId);
  return { overlapping: overlapping.balance, during: during.balance, after: after.balance };
}

const charge = (userId: string) => instance.credits.charge({ userId, action: 'docx_processing' });
const chargeInTransaction = (userId: string) =>
  instance.dataSource.transaction((tx) =>
    instance.credits.charge({ userId, action: 'docx_processing' }, { tx }),
  );

test.each([
  ['a charge', charge],
  ["a charge in the caller's transaction", chargeInTransaction],
])('a reader that began before %s and ends after it leaves nothing old behind', async (_name, write) => {
  expect(await lateReader(new Fence(), write)).toEqual({ overlapping: 100, during: 95, after: 95 });
});

test('a reader that began before a flush and ends after it leaves nothing old behind', async () => {
  const userId = randomUUID();
  const { display, store, row, comeHome } = slowDisplay(new Fence());
  const late = display.read(userId);
  await row;
  display.everythingChanged();
  comeHome();
  await late;
  expect(store.size).toBe(0);
});

test('a reader that shares the read of an earlier one is not shown what expired in between', async () => {
  const userId = randomUUID();
  const expiresAt = new Date(Date.now() + 1_000);
  await instance.credits.grant({ userId, credits: 100, reason: 'gift', actor: 'test', expiresAt });
  const { display, row, comeHome } = slowDisplay(new Fence());
  const early = display.read(userId);
  await row;
  await delay(expiresAt.getTime() - Date.now());
  const late = display.read(userId);
  comeHome();
  expect([(await early).balance, (await late).balance]).toEqual([100, 0]);
});

test('with delete-only invalidation the same late reader brings the old balance back', async () => {
  // Nobody reads in between: the newer copy of such a reader would hide the fault.
  const userId = randomUUID();
  await instance.credits.grant({ userId, credits: 100, reason: 'bought', actor: 'test' });
  const stale = async (fence: Fence) => {
    const { display, row, comeHome } = slowDisplay(fence);
    const late = display.read(userId);
    await row;
    await charge(userId);
    comeHome();
    await late;
    const shown = await display.read(userId);
    return shown.balance !== (await instance.credits.balance(userId)).balance;
  };
  expect(await stale(new DeleteOnlyFence())).toBe(true);
  expect(await stale(new Fence())).toBe(false);
});
