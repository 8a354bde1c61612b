import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { InsufficientCreditsError } from '../../src/credits/index.js';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { decide } from '../support/decide.js';
import { HOUR } from './calls.js';
import { openClockedCredits, START, type Variant } from './clocked-credits.js';

const by = { reason: 'a step of the story', actor: 'test' };
const action = 'work';
const userId = 'alice';

/**
 * A hold is made in the batch that captures an older one, which had kept credits from expiring. So the wallet is settled
 * after the capture, when the new hold stands in no table yet.
 */
async function chargeOnceTheNewHoldLapsed(variant?: Variant): Promise<number> {
  const open = await openClockedCredits(variant);
  try {
    const { credits } = open;
    await credits.grant({ userId, credits: 10, expiresAt: new Date(START + HOUR), ...by });
    const older = await credits.hold({ userId, action, credits: 10, ttlSeconds: 50 * 3600 });
    await open.setClock(START + 2 * HOUR);
    const batch: Operation[] = [
      {
        verb: 'grant',
        id: randomUUID(),
        user_id: userId,
        credits: 20,
        category: 'paid',
        priority: 50,
        ...by,
      },
      { verb: 'hold', id: randomUUID(), user_id: userId, credits: 20, action, ttl_seconds: 3600 },
      { verb: 'capture', hold_id: older.id, user_id: userId, credits: 10 },
    ];
    const outcomes = await decide(open.pool, batch);
    expect(outcomes.map(({ code }) => code)).toEqual(['done', 'done', 'done']);
    await open.setClock(START + 4 * HOUR);
    return (await credits.charge({ userId, action, credits: 20 })).charged;
  } finally {
    await open.close();
  }
}

test('a hold made in the batch that captures another one lapses at its own instant', async () => {
  expect(await chargeOnceTheNewHoldLapsed()).toBe(20);
});

test('control: a ledger that forgets the holds of its batch keeps them beyond their time', async () => {
  const forgetful = { passage: 'w.holds_due_at := LEAST(w.holds_due_at, unwritten_due);', instead: 'NULL;' };
  await expect(chargeOnceTheNewHoldLapsed({ file: 'apply.sql', ...forgetful })).rejects.toThrow(
    InsufficientCreditsError,
  );
});
