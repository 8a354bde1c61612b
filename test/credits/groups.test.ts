import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { Ledger } from '../../src/credits/ledger/ledger.js';
import { newId, newIdBeside } from '../../src/credits/ledger/new-id.js';
import { groupOf, groupOfId, pseudonymFor, walletHash } from '../../src/credits/ledger/wallet-hash.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

// A ledger lives in a schema, so several stand beside each other; which one a user's wallet is in follows from the name.

const SCHEMAS = ['credits_0000', 'credits_0001', 'credits_0002', 'credits_0003'];
const spend = { action: 'txt_upload', price_version: '0123abcd' };

let database: TestDatabase;
let pool: pg.Pool;
let ledgers: Ledger[];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const client = await pool.connect();
  for (const schema of SCHEMAS) await migrateLedger(client, { schema });
  client.release();
  ledgers = SCHEMAS.map((schema) => new Ledger(pool, {}, schema));
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ledgerOf = (userId: string) => ledgers[groupOf(userId, SCHEMAS.length)]!;

describe('four ledgers in one database', () => {
  const users = Array.from({ length: 40 }, (_, n) => `user ${n}`);

  test('each have the wallets of their group and no others, and books that agree', async () => {
    await Promise.all(
      users.map(async (user_id) => {
        const ledger = ledgerOf(user_id);
        const given = { reason: 'to live on', actor: 'test', category: 'paid', priority: 50 };
        await ledger.apply({ verb: 'grant', id: newId(user_id), user_id, credits: 50, ...given });
        const { id } = await ledger.apply({
          verb: 'hold',
          id: newId(user_id),
          user_id,
          credits: 9,
          ttl_seconds: 60,
          ...spend,
        });
        // By the bare id, which tells where its wallet is.
        const { code } = await ledgers[groupOfId(id!, SCHEMAS.length)]!.apply({
          verb: 'capture',
          hold_id: id!,
        });
        expect(code).toBe('done');
      }),
    );
    for (const [group, schema] of SCHEMAS.entries()) {
      const { rows } = await pool.query(
        `SELECT user_id, balance::int FROM ${schema}.wallets ORDER BY user_id COLLATE "C"`,
      );
      const expected = users.filter((user) => groupOf(user, SCHEMAS.length) === group).sort();
      expect(rows).toEqual(expected.map((user_id) => ({ user_id, balance: 41 })));
      const { rows: checks } = await pool.query(`SELECT "check" FROM ${schema}.check_wallets(0, 100)`);
      expect(checks).toEqual([{ check: null }]);
    }
  });

  test('give ids that all tell the group: of holds, entries and grants, made by the program and by the database', async () => {
    for (const [group, schema] of SCHEMAS.entries()) {
      await pool.query(`UPDATE ${schema}.wallets SET balance = balance + 1`);
      const { rows } = await pool.query<{ id: string }>(
        `SELECT id FROM ${schema}.ledger_entries UNION SELECT id FROM ${schema}.grant_terms`,
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { id } of rows) expect(groupOfId(id, SCHEMAS.length)).toBe(group);
    }
  });

  test('are named by no function of theirs, so a copy under another name is whole', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'credits_0001'::regnamespace AND prosrc ~ 'credits(_\\d+)?\\.(?!expiring|refilled)'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('the hash of a wallet', () => {
  // Whoever writes another program for this database computes the same.
  test.each([
    ['alice', 0x2bd806c9],
    ['3f8a1c52-7d1e-4f0b-9a53-0c5d8d7f2a11', 0xb1f00ead],
    ['Zoë', 0xc6a12698],
    ['用户', 0x0d0e1a86],
  ])('of %s is the beginning of its SHA-256', async (name, hash) => {
    expect(walletHash(name)).toBe(hash | 0);
    const client = await pool.connect();
    await client.query('SET search_path = credits_0000');
    expect((await client.query('SELECT name_hash($1)', [name])).rows).toEqual([{ name_hash: hash | 0 }]);
    client.release(true);
  });

  test('spreads users evenly over up to 1,024 groups, each half of a group of half as many', () => {
    const counts = new Array<number>(8).fill(0);
    for (let n = 0; n < 8_000; n += 1) {
      const [eighth, fourth, whole] = [8, 4, 1].map((groups) => groupOf(`user ${n}`, groups));
      counts[eighth!]! += 1;
      if (eighth! >> 1 !== fourth || whole !== 0) throw new Error(`user ${n} is split otherwise`);
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test('is that of a pseudonym as far as ids and groups go', () => {
    for (const name of ['alice', 'bob'])
      expect(groupOf(pseudonymFor(name), 1_024)).toBe(groupOf(name, 1_024));
    expect(groupOfId(newIdBeside(newId('alice')), 1_024)).toBe(groupOf('alice', 1_024));
  });
});
