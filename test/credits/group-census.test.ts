import { expect, test } from '@jest/globals';
import { GroupCensus } from '../../src/credits/operator/group-census.js';
import type { Groups } from '../../src/credits/groups.js';
import { clientOnOwnDatabase } from '../support/own-database.js';

const [client] = await clientOnOwnDatabase();

const censusBy = (query: (sql: string) => Promise<object[]>) =>
  new GroupCensus({ count: 1, at: () => ({ database: { query } }) } as unknown as Groups).take();

test('a group whose balances come to more than a number can tell answers all the same', async () => {
  await client.query(
    `INSERT INTO credits.wallets (user_id, balance) VALUES ('rich', 9007199254740991), ('as-rich', 9007199254740991)`,
  );
  expect(await censusBy(async (sql) => (await client.query<object>(sql)).rows)).toEqual([
    { group: 0, schema: 'credits', answers: true, wallets: 2, balance: Number.MAX_SAFE_INTEGER, held: 0 },
  ]);
});

test('only trouble is an answer that does not come: a fault of our own is one', async () => {
  const failing = (error: Error) => censusBy(() => Promise.reject(error));
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  expect(await failing(away)).toMatchObject([{ answers: false, balance: null }]);
  await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug');
});
