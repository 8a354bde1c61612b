import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import pg from 'pg';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { ownerPasswordFile } from '../../src/database/embedded/home.js';
import { migrateLibrary } from '../../src/library/migrations.js';
import { migratePayments } from '../../src/payments/migrations.js';
import { Place } from './place.js';
import { sql, superuserUrlOf } from './processes.js';

const place = new Place();

beforeEach(place.make);
afterEach(place.remove);

/** Whose everything in the database is, but for what PostgreSQL brings along. */
const OWNERS = `
  SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = current_database()
   UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)'
   UNION SELECT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
          WHERE nspname !~ '^(pg_|information_schema$)'
   UNION SELECT pg_get_userbyid(proowner) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
          WHERE nspname !~ '^(pg_|information_schema$)'
   UNION SELECT pg_get_userbyid(typowner) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
          WHERE nspname !~ '^(pg_|information_schema$)'`;

async function migrate(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await migrateLedger(client);
  await migrateLibrary(client);
  await migratePayments(client);
  await client.end();
}

describe('the role that the product has in its embedded server', () => {
  test('owns the database and may do nothing beyond it', async () => {
    const starter = await place.start();
    const url = await starter.url();
    const [role] = await sql(
      url,
      `SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              pg_get_userbyid(datdba) = rolname AS owns
         FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
    );
    expect(role).toEqual({
      rolname: 'creditgate',
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
      owns: true,
    });
    await expect(sql(url, 'ALTER SYSTEM SET fsync = off')).rejects.toMatchObject({ code: '42501' });
    expect(statSync(ownerPasswordFile(place.home)).mode & 0o777).toBe(0o600);
  });

  test('takes over a data folder from the time when the product was the superuser', async () => {
    const older = await place.start();
    const superuser = await superuserUrlOf(older);
    await migrate(superuser);
    await sql(
      superuser,
      `ALTER FUNCTION credits.apply SET credits.writer = 'ledger';
       ALTER FUNCTION credits.erase SET credits.writer = 'ledger';
       CREATE TABLE public.notes (id int GENERATED ALWAYS AS IDENTITY, word text);
       CREATE SEQUENCE public.counter;
       CREATE TYPE public.mood AS ENUM ('fine');
       INSERT INTO credits.wallets (user_id, balance) VALUES ('alice', 5);
       ALTER DATABASE creditgate OWNER TO postgres`,
    );
    expect(await sql(superuser, OWNERS)).toEqual([{ owner: 'postgres' }]);
    await older.stop();
    rmSync(ownerPasswordFile(place.home));

    const url = await (await place.start()).url();
    expect(await sql(url, OWNERS)).toEqual([{ owner: 'creditgate' }]);
    await migrate(url);
    await sql(url, `UPDATE credits.wallets SET balance = balance + 2 WHERE user_id = 'alice'`);
    const members = { n: 1, verb: 'charge', user_id: 'alice', id: randomUUID(), credits: 3, action: 'tts' };
    const charge = `jsonb_populate_record(NULL::credits.operation, '${JSON.stringify(members)}')`;
    expect(
      await sql(url, `SELECT outcome, balance FROM credits.apply(ARRAY[${charge}], true, '{}')`),
    ).toEqual([{ outcome: 'done', balance: '4' }]);
    expect(await sql(url, 'SELECT actor FROM credits.entries ORDER BY version')).toEqual([
      { actor: 'sql:postgres' },
      { actor: 'sql:creditgate' },
      { actor: null },
    ]);
  });

  test('is made once, by one of several processes that start at once, and is the same after a restart', async () => {
    const starters = await Promise.all([1, 2, 3, 4].map(() => place.start()));
    const passwords = new Set(
      await Promise.all(starters.map(async (one) => new URL(await one.url()).password)),
    );
    expect(passwords.size).toBe(1);
    await place.stopAll();
    const later = await place.start();
    expect(passwords).toContain(new URL(await later.url()).password);
    expect(await sql(await later.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('is made again when the first attempt ended before its password was kept', async () => {
    await (await place.start()).stop();
    rmSync(ownerPasswordFile(place.home));
    const url = await (await place.start()).url();
    expect(existsSync(ownerPasswordFile(place.home))).toBe(true);
    expect(await sql(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
