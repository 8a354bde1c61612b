import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { START } from '../../model/clocked-credits.js';
import { refusedInputs } from './refused-inputs.js';
import { stageInMemory, stageInPostgres, type Stage } from './stage.js';
import { stories } from './stories.js';
import { Teller } from './teller.js';

// One contract, two ledgers: every story is told by the ledger in PostgreSQL and by the one of the test kit, and both
// have to say the same, word for word. A verb that only one of them knows, or another refusal, is a failure here.

let inPostgres: Stage & { close(): Promise<void> };

beforeAll(async () => {
  jest.useFakeTimers({ now: START, doNotFake: everythingButDate() });
  inPostgres = await stageInPostgres();
});

afterAll(async () => {
  jest.useRealTimers();
  await inPostgres.close();
});

beforeEach(() => inPostgres.at(0));

async function tell(stage: Stage, story: (teller: Teller) => Promise<void>): Promise<string[]> {
  const teller = new Teller(stage, `somebody ${randomUUID().slice(24)}`);
  await story(teller);
  return teller.told;
}

describe('the ledger of the test kit and the one in PostgreSQL say the same to', () => {
  test.each(Object.entries(stories))('%s', async (_name, story) => {
    const told = await tell(inPostgres, story);
    expect(told.length).toBeGreaterThan(10);
    expect(await tell(await stageInMemory(), story)).toEqual(told);
  });

  test.each(Object.entries(refusedInputs))('%s that cannot be meant', async (_name, call) => {
    const story = (t: Teller) => t.say('refused', () => call(t.credits, t.userId)).then(() => undefined);
    const told = await tell(inPostgres, story);
    expect(told[0]).toMatch(/"code":"(validation_failed|idempotency_key_invalid|internal)"/);
    expect(await tell(await stageInMemory(), story)).toEqual(told);
  });
});

function everythingButDate() {
  return [
    ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
    ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
  ];
}
