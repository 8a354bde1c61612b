import { afterEach, expect, jest, test } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { CreditsTestingModule, TestCredits } from '../../src/credits/testing/index.js';
import { openCredits } from '../support/credits.js';
import { createTestDatabase } from '../support/database.js';

const PATIENCE_MS = 10_000;

afterEach(() => {
  jest.useRealTimers();
});

test(
  'the test kit works while every timer of Jest is a fake',
  async () => {
    jest.useFakeTimers();
    const module = await Test.createTestingModule({
      imports: [CreditsTestingModule.forRoot({ prices: { speech: 7 }, wallets: { alice: 20 } })],
    }).compile();
    await module.init();
    const credits = module.get(TestCredits);
    await credits.charge({ userId: 'alice', action: 'speech' });
    expect(await credits.spend({ userId: 'alice', action: 'speech' }, () => 'said')).toBe('said');
    credits.timeTravel(61);
    credits.expectCharged('alice', 14);
    await module.close();
  },
  PATIENCE_MS,
);

test(
  'a real database works where nextTick and setImmediate are real',
  async () => {
    const database = await createTestDatabase();
    const open = await openCredits(database.url);
    await open.credits.grant({ userId: 'alice', credits: 10, reason: 'to begin with', actor: 'test' });
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    await open.credits.charge({ userId: 'alice', action: 'audio_upload', credits: 4 });
    expect((await open.credits.balance('alice')).balance).toBe(6);
    jest.useRealTimers();
    await open.close();
    await database.drop();
  },
  PATIENCE_MS,
);
