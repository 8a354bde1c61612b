import { afterEach, expect, test } from '@jest/globals';
import { InvalidCreditsInputError } from '../../src/credits/credits.errors.js';
import { isUserId } from '../../src/identity/index.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';

// A user id that one way lets in, and another refuses, is a wallet that nobody reaches. Characters are what PostgreSQL counts.

const [open] = await onOwnDatabase(openCredits);
afterEach(() => open.check());

const inHalves = '😀';
const sizes = [...['x', 'ü', '日', inHalves].map((one) => one.repeat(255)), `${inHalves.repeat(254)}x`];

test.each(sizes)('255 characters are a user id by every way (%#)', async (userId) => {
  expect(isUserId(userId)).toBe(true);
  await open.dataSource.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 5)', [userId]);
  expect(await open.credits.balance(userId)).toMatchObject({ balance: 5 });
  const given = { userId, credits: 3, reason: userId, actor: userId };
  expect(await open.credits.grant(given)).toMatchObject({ balance: 8 });
});

test.each(['', ...sizes.map((userId) => `${userId}x`)])(
  'none, or one more, by no way (%#)',
  async (userId) => {
    expect(isUserId(userId)).toBe(false);
    const opening = open.dataSource.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 5)', [
      userId,
    ]);
    await expect(opening).rejects.toMatchObject({ constraint: 'wallets_user_id_length' });
    await expect(open.credits.balance(userId)).rejects.toThrow(InvalidCreditsInputError);
  },
);
