import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEvents, type OpenEvents } from './open-events.js';
import { Receiver, hang, status } from './receiver.js';

const BACKLOG = 100_000;
const ROUNDS = 3;
const CHARGES = 1_000;
const AT_ONCE = 16;

let open: OpenEvents;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.open();
  open = await openEvents();
  await open.sql.query(
    `INSERT INTO credits.wallets (user_id, balance) SELECT 'user-' || n, 1000000 FROM generate_series(1, 200) n`,
  );
  await open.sql.query(
    `INSERT INTO credits.outbox (id, channel, type, wallet, data, due_at, created_at)
     SELECT gen_random_uuid(), 'post', 'balance.low', (SELECT min(number) FROM credits.wallets), '{}',
            clock_timestamp(), clock_timestamp() FROM generate_series(1, ${BACKLOG})`,
  );
});
afterAll(async () => {
  await receiver.close();
  await open.close();
});

/** Milliseconds of each charge, so many at a time. */
async function charges(): Promise<number[]> {
  const times: number[] = [];
  let left = CHARGES;
  const one = async () => {
    while (left-- > 0) {
      const began = performance.now();
      const userId = `user-${1 + (left % 200)}`;
      await open.credits.charge({ userId, action: 'audio_upload' });
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return times;
}

const percentile = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]!;

test.each([
  ['hangs on', hang, 1.5],
  ['fails with', status(500), 3],
])(
  `charges go on while a receiver %s ${BACKLOG} events`,
  async (_, answer, times) => {
    receiver.answer = answer;
    const alone: number[] = [];
    const beside: number[] = [];
    await charges();
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(...(await charges()));
      const courier = await open.courier({ to: receiver.url });
      courier.wake();
      beside.push(...(await charges()));
      await courier.stop();
    }
    expect(receiver.received.length).toBeGreaterThan(0);
    const report = [alone, beside].map((times) =>
      [0.5, 0.99].map((share) => percentile(times, share).toFixed(1)),
    );
    process.stderr.write(
      `charges, ms at p50 and p99: alone ${report[0]!.join(', ')}; beside it ${report[1]!.join(', ')}\n`,
    );
    // In turns, so that a busy machine slows both alike; what is left of chance is allowed.
    expect(percentile(beside, 0.5)).toBeLessThan(percentile(alone, 0.5) * times + 2);
    expect(percentile(beside, 0.99)).toBeLessThan(percentile(alone, 0.99) * 3 + 50);
  },
  120_000,
);
