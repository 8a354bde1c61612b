import { describe, expect, jest, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { WatchedTransaction } from '../../src/credits/database/host-database.js';
import { PoolDatabase } from '../../src/credits/database/pool-database.js';
import type { Announcer } from '../../src/credits/ledger/announcer.js';
import { Ledger } from '../../src/credits/ledger/ledger.js';
import { newId } from '../../src/credits/ledger/new-id.js';
import { WalletChanges } from '../../src/credits/wallet-changes.js';
import { until } from '../support/until.js';

// When a process says that it does not know what became of a transaction of its own.

const announcer = () => ({ changed: jest.fn(), unsure: jest.fn() });
const said = (code: string, severity = 'ERROR') => Object.assign(new Error('said'), { code, severity });

const operation = { verb: 'charge', user_id: 'alice', id: newId('alice'), action: 'a', credits: 1 } as const;

describe('a statement of the ledger that failed', () => {
  test.each<[string, Error, number]>([
    ['the connection broke', new Error('Connection terminated unexpectedly'), 1],
    ['its backend was ended', said('57P01', 'FATAL'), 1],
    ['the server gave it up', said('57014'), 1],
    ['the lock did not come', said('55P03'), 0],
    ['a constraint refused it', said('23514'), 0],
    ['nobody answered the call', new Error('connect ECONNREFUSED 127.0.0.1:1'), 0],
    ['none was made in time', new Error('Connection terminated due to connection timeout'), 0],
    ['no connection was free', new Error('timeout exceeded when trying to connect'), 0],
    ['no host takes writes', new Error('Not connected: no host takes writes'), 0],
  ])('because %s', async (_, error, times) => {
    const told = announcer();
    const pool = { query: () => Promise.reject(error) } as unknown as Pool;
    const ledger = new Ledger(pool, {}, 'credits', false, told as unknown as Announcer);
    await expect(ledger.apply(operation)).rejects.toThrow();
    expect([told.unsure.mock.calls.length, told.changed.mock.calls.length]).toEqual([times, 0]);
  });

  test('because its answer, after the commit, cannot be read', async () => {
    const told = announcer();
    const pool = { query: async () => ({ rows: [{ answer: '1' }] }) } as unknown as Pool;
    const ledger = new Ledger(pool, {}, 'credits', false, told as unknown as Announcer);
    await expect(ledger.apply(operation)).rejects.toThrow();
    expect(told.unsure).toHaveBeenCalledTimes(1);
  });
});

test('a transaction of a caller whose connection broke is told of soon, although nobody looks', async () => {
  const told = announcer();
  const changes = new WalletChanges(() => told);
  const transaction = { isTransactionActive: true, isReleased: false, query: async () => [] };
  changes.pending('alice', transaction);
  (transaction as WatchedTransaction & { isReleased: boolean }).isReleased = true;
  await until(() => told.unsure.mock.calls.length === 1, 1_000);
  expect(changes.isUnsettled('alice')).toBe(false);
});

test('of a pool of ours, a commit whose answer is missing has no end', async () => {
  const database = new PoolDatabase({ connectionString: 'postgresql://u@127.0.0.1:1/d' }, () => undefined);
  const ends: boolean[] = [];
  database.onEnd((_, committed) => ends.push(committed));
  const asked: string[] = [];
  const client = {
    query: async (sql: string) => {
      asked.push(sql);
      if (sql === 'COMMIT') throw new Error('Query read timeout');
    },
    release: (broken: boolean) => asked.push(`released, ${broken ? 'broken' : 'whole'}`),
  };
  const { Pool: PgPool } = await import('pg');
  jest.spyOn(PgPool.prototype, 'connect').mockImplementation((async () => client) as never);
  try {
    await expect(database.transaction(async () => 'done')).rejects.toThrow('Query read timeout');
  } finally {
    jest.restoreAllMocks();
  }
  expect(asked).toEqual(['BEGIN', 'COMMIT', 'released, broken']);
  expect(ends).toEqual([]);
  await database.close();
});
