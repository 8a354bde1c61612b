import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import {
  HoldAlreadyResolvedError,
  HoldTakenOverError,
  IdempotencyInProgressError,
  IdempotencyKeySpentError,
  InsufficientCreditsError,
  UnknownHoldError,
} from '../../src/credits/index.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';

const TTL_SECONDS = 1;
const action = 'premium_export';

const [open, database] = await onOwnDatabase((url) => openCredits(url, { holdTtlSeconds: TTL_SECONDS }));
afterEach(async () => {
  expect(open.credits.keeper.size).toBe(0);
  await open.check();
});

async function customer(credits = 20): Promise<string> {
  const userId = `worker-${randomUUID()}`;
  await open.credits.grant({ userId, credits, reason: 'bought', actor: 'test' });
  return userId;
}

async function wallet(userId: string) {
  const { balance, held } = await open.credits.balance(userId);
  const { data } = await open.credits.history(userId, { kind: 'charge' });
  return { balance, held, charges: data.map(({ amount }) => amount) };
}

/** A worker in another process, and what it says line by line. */
class Worker {
  readonly process: ChildProcess;
  readonly #lines: Interface;
  readonly #said: string[] = [];

  constructor(userId: string, holdId: string, ttlSeconds = TTL_SECONDS) {
    const args = ['test/credits/job-worker.mjs', database.url, userId, holdId, String(ttlSeconds)];
    this.process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.process.stdout!);
    this.#lines.on('line', (line) => this.#said.push(line));
  }

  says(line: string): Promise<void> {
    return until(() => this.#said.includes(line));
  }

  end(): void {
    this.process.stdin!.write('end\n');
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}

describe('work that is no request', () => {
  test('is charged when it succeeds, and answers what it answers', async () => {
    const userId = await customer();
    const result = await open.credits.spend({ userId, action }, async (work) => {
      work.describe('chapter-1.wav');
      expect(await wallet(userId)).toMatchObject({ held: 15, charges: [] });
      return 'made';
    });
    expect(result).toBe('made');
    expect(await wallet(userId)).toEqual({ balance: 5, held: 0, charges: [-15] });
    const { data } = await open.credits.history(userId, { kind: 'charge' });
    expect(data[0]).toMatchObject({ description: 'chapter-1.wav' });
  });

  test('costs what it used, where it says so', async () => {
    const userId = await customer(100);
    await open.credits.spend({ userId, action: 'txt_upload', units: 10 }, (work) => {
      work.use(2);
      work.use(4);
    });
    await open.credits.spend({ userId, action: 'txt_upload', units: 2 }, (work) => work.use(7));
    expect(await wallet(userId)).toEqual({ balance: 82, held: 0, charges: [-6, -12] });
  });

  test('costs nothing when it throws, and when it is refused it does not begin', async () => {
    const userId = await customer();
    const broken = open.credits.spend({ userId, action }, () => Promise.reject(new Error('out of paper')));
    await expect(broken).rejects.toThrow('out of paper');
    let runs = 0;
    const tooDear = open.credits.spend({ userId, action, units: 2 }, () => (runs += 1));
    await expect(tooDear).rejects.toThrow(InsufficientCreditsError);
    expect(runs).toBe(0);
    expect(await wallet(userId)).toEqual({ balance: 20, held: 0, charges: [] });
  });

  test('happens once for its key: a second delivery is refused before it runs', async () => {
    const userId = await customer(100);
    const input = { userId, action, idempotencyKey: `job-${userId}` };
    let runs = 0;
    await open.credits.spend(input, async () => {
      runs += 1;
      await expect(open.credits.spend(input, () => (runs += 1))).rejects.toThrow(IdempotencyInProgressError);
    });
    await expect(open.credits.spend(input, () => (runs += 1))).rejects.toThrow(IdempotencyKeySpentError);
    expect(runs).toBe(1);
    expect(await wallet(userId)).toEqual({ balance: 85, held: 0, charges: [-15] });
  });

  test.each([
    ['commits', 5, [-15]],
    ['rolls back', 20, []],
  ])("is in the caller's transaction, which %s", async (end, balance, charges) => {
    const userId = await customer();
    const all = open.dataSource.transaction(async (tx) => {
      await open.credits.spend({ userId, action }, () => tx.query('SELECT 1'), { tx });
      if (end === 'rolls back') throw new Error('the ink ran out');
    });
    await all.catch(() => undefined);
    expect(await wallet(userId)).toEqual({ balance, held: 0, charges });
  });

  test('keeps its hold over seven lifetimes of one', async () => {
    const userId = await customer();
    const begun = performance.now();
    await open.credits.spend({ userId, action }, () =>
      until(async () => {
        expect(await wallet(userId)).toEqual({ balance: 20, held: 15, charges: [] });
        return performance.now() - begun > 7_200 * TTL_SECONDS;
      }),
    );
    expect(await wallet(userId)).toEqual({ balance: 5, held: 0, charges: [-15] });
  });
});

describe('a hold that another worker continues', () => {
  const handOver = (userId: string) => open.credits.hold({ userId, action, ttlSeconds: 600 });

  test('is charged once when the first worker is killed in the middle of it', async () => {
    const userId = await customer();
    const { id: holdId } = await handOver(userId);
    const worker = new Worker(userId, holdId);
    await worker.says('begun');
    await worker.kill();
    expect(await open.credits.spend({ userId, action, holdId }, () => 'made')).toBe('made');
    expect(await wallet(userId)).toEqual({ balance: 5, held: 0, charges: [-15] });
  });

  test('is charged once when it is delivered twice, and the first worker is refused', async () => {
    const userId = await customer();
    const { id: holdId } = await handOver(userId);
    const worker = new Worker(userId, holdId);
    await worker.says('begun');
    await open.credits.spend({ userId, action, holdId }, async () => {
      worker.end();
      await worker.says('hold_taken_over');
      expect(await wallet(userId)).toMatchObject({ held: 15, charges: [] });
    });
    let runs = 0;
    const late = open.credits.spend({ userId, action, holdId }, () => (runs += 1));
    await expect(late).rejects.toThrow(HoldAlreadyResolvedError);
    expect(runs).toBe(0);
    expect(await wallet(userId)).toEqual({ balance: 5, held: 0, charges: [-15] });
  });

  test('is refused to the first worker also where the second is done before it', async () => {
    const userId = await customer();
    const { id: holdId } = await handOver(userId);
    const first = open.credits.spend({ userId, action, holdId }, async (work) => {
      await open.credits.spend({ userId, action, holdId }, () => 'made');
      await work.capture();
    });
    await expect(first).rejects.toThrow(HoldAlreadyResolvedError);
    expect(await wallet(userId)).toEqual({ balance: 5, held: 0, charges: [-15] });
  });

  test('is not kept, captured or released by the worker it was taken from', async () => {
    const userId = await customer();
    const { id: holdId } = await handOver(userId);
    await open.credits.take({ userId, action, holdId, owner: 'second' });
    for (const act of [
      open.credits.extend({ holdId, owner: 'first' }),
      open.credits.capture({ holdId, owner: 'first' }),
      open.credits.release({ holdId, owner: 'first' }),
    ]) {
      await expect(act).rejects.toThrow(HoldTakenOverError);
    }
    expect(await wallet(userId)).toEqual({ balance: 20, held: 15, charges: [] });
    await open.credits.capture({ holdId, owner: 'second' });
  });

  test("is not found under another user's name, or for another action", async () => {
    const [userId, other] = [await customer(), await customer()];
    const { id: holdId } = await handOver(userId);
    for (const wrong of [
      { userId: other, action },
      { userId, action: 'txt_upload' },
      { userId: 'nobody', action },
    ]) {
      await expect(open.credits.spend({ ...wrong, holdId }, () => 1)).rejects.toThrow(UnknownHoldError);
    }
    await open.credits.release({ holdId });
  });
});
