import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { applyValues, type Operation } from '../../src/credits/ledger/operation.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createEmptyDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

const VERSION_0_1_0 = readFileSync(new URL('versions/0.1.0.sql', import.meta.url), 'utf8');
const action = 'txt_upload';
const spend = { action, price_version: '0123abcd' };

let database: TestDatabase;
let owner: pg.Client;
let books: OpenCredits;

const asBefore = {
  entries: `SELECT id, user_id, version, kind, amount, balance_after, held_after, action, reason, actor, hold_id, grant_id,
                   reverses, price_version, created_at FROM credits.entries ORDER BY user_id, version`,
  holds: `SELECT id, user_id, action, amount, state, expires_at, created_at, resolved_at, price_version, created_version,
                 resolved_version, reason FROM credits.holds ORDER BY id`,
  grants: `SELECT id, user_id, amount, remaining, category, priority, reason, actor, expires_at, created_at, burn_order
             FROM credits.grants ORDER BY user_id, burn_order`,
  wallets: `SELECT user_id, balance, held, version, due_at, holds_due_at, active_holds, created_at, updated_at
              FROM credits.wallets ORDER BY user_id`,
};
const holds: Record<string, string> = {};
const charges: Record<string, string> = {};
let before: Record<string, unknown[]>;

const readAll = async () => {
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(asBefore)) found[name] = (await owner.query(sql)).rows;
  return found;
};

/** One call of version 0.1.0, in which everything that makes an entry brings the entry's id. */
async function apply(operation: Operation): Promise<string> {
  const id = randomUUID();
  const [operations, wait, newcomers] = applyValues([{ id, ...operation }], true);
  const { rows } = await owner.query('SELECT * FROM credits.apply($1, $2, $3)', [
    asBeforeDescriptions(operations),
    wait,
    newcomers,
  ]);
  if (rows[0].outcome !== 'done') throw new Error(`${operation.verb}: ${rows[0].outcome}`);
  return id;
}

/** That version knew no description and no owner of a hold, which stand at the end. */
function asBeforeDescriptions(operations: string): string {
  return operations.replace(/,,\)"\}$/, ')"}');
}

/** What version 0.1.0 sent with a key: the first 22 digits of a hash in base64url. */
const keyed = (key: string, input: unknown[]) => ({
  key,
  fingerprint: createHash('sha256').update(JSON.stringify(input)).digest('base64url').slice(0, 22),
});

async function grant(user_id: string, credits: number, seconds?: number): Promise<void> {
  const expires_at = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1_000).toISOString();
  const said = { reason: `for ${user_id}`, actor: 'shop', category: 'paid', priority: 50 };
  await apply({ verb: 'grant', user_id, credits, expires_at, ...said });
}

async function live(user: string): Promise<void> {
  await grant(user, 100);
  await grant(user, 20, 3_600);
  await grant(user, 10, 0.6);
  holds['lapsing'] = await apply({ verb: 'hold', user_id: user, credits: 15, ttl_seconds: 3_600, ...spend });
  await new Promise((resolve) => setTimeout(resolve, 700));
  // What the hold protects has expired, and lies on top of what comes now.
  await grant(user, 7, 60);
  holds['captured'] = await apply({ verb: 'hold', user_id: user, credits: 9, ttl_seconds: 60, ...spend });
  await apply({ verb: 'capture', hold_id: holds['captured'], credits: 6 });
  holds['released'] = await apply({ verb: 'hold', user_id: user, credits: 4, ttl_seconds: 60, ...spend });
  await apply({ verb: 'release', hold_id: holds['released'], reason: `${user} left` });
  charges[user] = await apply({ verb: 'charge', user_id: user, credits: 30, ...spend });
  await apply({ verb: 'refund', entry_id: charges[user], credits: 4, reason: 'a complaint', actor: 'shop' });
  const input = keyed('book-1', ['charge', action, null, 5]);
  await apply({ verb: 'charge', user_id: user, credits: 5, ...spend, ...input });
  await owner.query('UPDATE credits.wallets SET balance = balance + 3 WHERE user_id = $1', [user]);
  await owner.query('UPDATE credits.wallets SET balance = balance - 2 WHERE user_id = $1', [user]);
}

/** Only a superuser could install it; then everything is the owner's. */
async function installFormer({ superuserUrl, url }: TestDatabase): Promise<void> {
  const superuser = new pg.Client(superuserUrl);
  await superuser.connect();
  const { username } = new URL(url);
  await superuser.query(`${VERSION_0_1_0}; GRANT SET ON PARAMETER credits.writer TO ${username};
    ALTER SCHEMA credits OWNER TO ${username};
    DO $$ DECLARE made record; BEGIN
      FOR made IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'credits'::regnamespace AND relkind IN ('r', 'v') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO ${username}', made.name);
      END LOOP;
      FOR made IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'credits'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO ${username}', made.name);
      END LOOP;
      ALTER TYPE credits.operation OWNER TO ${username};
    END $$`);
  await superuser.end();
}

beforeAll(async () => {
  database = await createEmptyDatabase();
  owner = new pg.Client(database.url);
  await owner.connect();
  if (!hasSuperuser) return;
  await installFormer(database);
  for (const user of ['alice', 'bob']) await live(user);
  await owner.query(`SELECT credits.erase('bob', 'erased:bob', 'a hash', 'asked for it', 'root')`);
  before = await readAll();
  await migrateLedger(owner);
  books = await openCredits(database.url);
});

afterAll(async () => {
  await books?.close();
  await owner.end();
  await database.drop();
});

(hasSuperuser ? describe : describe.skip)('a ledger of version 0.1.0 is carried over', () => {
  test('with every wallet, entry, hold and grant as it was', async () => {
    expect(before['entries']!.length).toBe(20);
    expect(await readAll()).toEqual(before);
    await books.check();
  });

  test('with what it remembers: a key answers as it did, and refuses another input', async () => {
    const call = { userId: 'alice', action, credits: 5, idempotencyKey: 'book-1' };
    expect(await books.credits.charge(call)).toMatchObject({ charged: 5, replayed: true });
    await expect(books.credits.charge({ ...call, credits: 6 })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('with its holds: one that runs is captured, and one that was tells its charge', async () => {
    const [captured] = (before['holds'] as { id: string; user_id: string; state: string }[]).filter(
      ({ user_id, state }) => user_id === 'alice' && state === 'captured',
    );
    expect(await books.credits.receiptOf(captured!.id)).toMatchObject({ holdId: captured!.id, charged: 6 });
    await expect(books.credits.capture({ holdId: captured!.id })).rejects.toMatchObject({
      code: 'hold_already_resolved',
    });
    const [running] = (before['holds'] as { id: string; user_id: string; state: string }[]).filter(
      ({ user_id, state }) => user_id === 'alice' && state === 'held',
    );
    expect(await books.credits.capture({ holdId: running!.id })).toMatchObject({
      charged: 15,
      entryId: running!.id,
    });
  });

  test('with the glass of every epoch: what is left of a charge goes back to the grants it came from', async () => {
    const remaining = async () =>
      (await owner.query(`SELECT remaining FROM credits.grants WHERE user_id = 'alice' ORDER BY burn_order`))
        .rows;
    await books.credits.refund({ entryId: charges['alice']!, reason: 'the rest', actor: 'shop' });
    expect((await remaining()).reduce((sum, row) => sum + Number(row.remaining), 0)).toBe(
      (await books.credits.balance('alice')).balance,
    );
    await books.check();
  });

  test('so that the version before, which is still running, is refused', async () => {
    const old = owner.query('SELECT * FROM credits.apply($1::credits.operation[], true, $2)', [
      ['(1,nothing,,,,,,,,,,,,,,,)'],
      [],
    ]);
    // Its operations have fewer members than there are now.
    await expect(old).rejects.toMatchObject({ code: '22P02' });
  });
});

(hasSuperuser ? test : test.skip)('a ledger from before version 0.1.0 is left as it is', async () => {
  const older = await createEmptyDatabase();
  const client = new pg.Client(older.url);
  await client.connect();
  try {
    await installFormer(older);
    await client.query(`DELETE FROM credits.migrations WHERE name = '0010_holds_without_checks.sql'`);
    await expect(migrateLedger(client)).rejects.toThrow('start that version once, then this one');
    await client.query('SELECT key FROM credits.entries');
  } finally {
    await client.end();
    await older.drop();
  }
});
