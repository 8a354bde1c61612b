import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createCache, type Cache } from 'cache-manager';
import fc from 'fast-check';
import { Fence } from '../../src/credits-display/fence.js';
import { BalanceDisplay } from '../../src/credits-display/reader.js';
import { WalletSignal } from '../../src/credits-display/signal.js';
import { keepingIn } from '../../src/credits-display/keeping-in.js';
import { BalanceStore } from '../../src/credits-display/store.js';
import type { WalletChangeListener } from '../../src/credits/plumbing.js';
import { DeleteOnlyFence } from './delete-only-fence.js';

type Step = 'read' | 'refresh' | 'write here' | 'write elsewhere';

const USER = 'alice';

class SomethingOldIsShown extends Error {}

/**
 * A database of one wallet whose every step takes as long as the scheduler likes: a read takes its snapshot, then
 * travels; a write commits, and one made elsewhere travels before we hear of it; a copy travels into the cache.
 */
class World {
  readonly display: BalanceDisplay;
  #version = 0;
  #tell: WalletChangeListener = () => undefined;

  constructor(
    private readonly scheduler: fc.Scheduler,
    fence: Fence,
    private readonly mayKeepCopies: boolean,
  ) {
    const store = new BalanceStore(fence, 10);
    const cache = createCache(keepingIn(store));
    const slowCache: Cache = {
      ...cache,
      set: async (key, value, ttl) => {
        await this.#anyTime('copy');
        return cache.set(key, value, ttl);
      },
    };
    const changes = {
      subscribe: (listener: WalletChangeListener) => void (this.#tell = listener),
      isUnsettled: () => false,
    };
    this.display = new BalanceDisplay(
      { changes, balance: () => this.#snapshot(), nextExpiryOf: async () => null } as never,
      slowCache,
      store,
      fence,
      new WalletSignal(),
      { ttlSeconds: 300, lowBalanceCredits: 0 },
    );
    fence.trustUntil(Infinity);
  }

  async step(step: Step): Promise<void> {
    await this.#anyTime(step);
    switch (step) {
      case 'read':
        await this.display.read(USER);
        return;
      case 'refresh':
        return this.#refresh();
      case 'write here':
        this.#version += 1;
        return this.#tell(USER, this.#version);
      case 'write elsewhere': {
        this.#version += 1;
        const written = this.#version;
        await this.#anyTime('notification');
        return this.#tell(USER, written);
      }
    }
  }

  async readAtRest(): Promise<void> {
    this.#requireNotBefore(this.#version, await this.display.read(USER));
  }

  /** A refreshed answer is as new as the database was at the question, and so is whatever is shown after it. */
  async #refresh(): Promise<void> {
    const committed = this.#version;
    const shown = await this.display.read(USER, { refresh: true });
    this.#requireNotBefore(committed, shown);
    this.#requireNotBefore(shown.version, await this.display.read(USER));
  }

  #requireNotBefore(version: number, shown: { version: number }): void {
    if (shown.version < version) throw new SomethingOldIsShown(`${shown.version} after ${version}`);
  }

  async #snapshot() {
    await this.#anyTime('question');
    const version = this.#version;
    await this.#anyTime('answer');
    const asOf = new Date().toISOString();
    const amounts = { balance: version, held: 0, available: version, version };
    return { userId: USER, ...amounts, asOf, dueAt: this.mayKeepCopies ? null : asOf };
  }

  #anyTime(label: string): Promise<void> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }
}

/** Let the scheduler choose until everything is done; what cache-manager does in between takes a few turns. */
async function idle(scheduler: fc.Scheduler, work: Promise<void>[]): Promise<void> {
  let isDone = false;
  const all = Promise.all(work).finally(() => (isDone = true));
  all.catch(() => undefined);
  while (!isDone) {
    await scheduler.waitIdle();
    await nextTurn();
  }
  await all;
}

async function tryOrders(newFence: () => Fence): Promise<fc.RunDetails<[fc.Scheduler, Step[], boolean]>> {
  const step = fc.constantFrom<Step>('read', 'read', 'refresh', 'write here', 'write elsewhere');
  const steps = fc.array(step, { minLength: 2, maxLength: 8 });
  const property = fc.asyncProperty(fc.scheduler(), steps, fc.boolean(), async (scheduler, chosen, keeps) => {
    const world = new World(scheduler, newFence(), keeps);
    const work = chosen.map((step) => world.step(step));
    await idle(scheduler, work);
    await idle(scheduler, [world.readAtRest()]);
  });
  return fc.check(property, { numRuns: 1_000 });
}

describe('whatever order reads, writes and notifications come in', () => {
  test('nothing old is shown at rest, nor after a refresh', async () => {
    const { errorInstance, counterexample, seed } = await tryOrders(() => new Fence());
    expect({ errorInstance, counterexample, seed }).toMatchObject({ errorInstance: null });
  }, 120_000);

  test('without generations the same trial finds something old', async () => {
    const { errorInstance } = await tryOrders(() => new DeleteOnlyFence());
    expect(errorInstance).toBeInstanceOf(SomethingOldIsShown);
  });
});
