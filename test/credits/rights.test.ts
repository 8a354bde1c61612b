import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

// Who may do what in the schema, all of it. A function, table or role's right that is not in these tables fails the
// test: whoever adds one says here whose it is.

const viewer = `viewer_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let superuser: pg.Client;

const describeAsSuperuser = hasSuperuser ? describe : describe.skip;

beforeAll(async () => {
  database = await createTestDatabase();
  if (!hasSuperuser) return;
  superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  await superuser.query(`CREATE ROLE ${viewer} LOGIN; GRANT USAGE ON SCHEMA credits TO ${viewer}`);
});

afterAll(async () => {
  if (hasSuperuser) {
    await superuser.query(`DROP OWNED BY ${viewer}; DROP ROLE ${viewer}`);
    await superuser.end();
  }
  await database.drop();
});

type Rights = Record<string, Record<string, string>>;

/** What each role may do to each thing, as `{ thing: { role: rights } }`; nothing is left out. */
async function rightsTo(things: string, privileges: string[], asks: string): Promise<Rights> {
  const { rows } = await superuser.query<{ thing: string; role: string; rights: string }>(
    `SELECT thing, role, string_agg(privilege, ' ' ORDER BY ordinality) AS rights
       FROM (${things}) t CROSS JOIN unnest($1::text[], $2::text[]) r (login, role)
      CROSS JOIN unnest($3::text[]) WITH ORDINALITY p (privilege, ordinality)
      WHERE ${asks}(login, oid, privilege) GROUP BY thing, role ORDER BY thing, role`,
    [
      [new URL(database.url).username, 'credits_app', 'credits_operator', viewer, 'public'],
      ['owner', 'app', 'operator', 'viewer', 'public'],
      privileges,
    ],
  );
  const rights: Rights = {};
  for (const { thing, role, rights: may } of rows) (rights[thing] ??= {})[role] = may;
  return rights;
}

describeAsSuperuser('in the schema credits', () => {
  test('a function is executable by its owner, and by those named here', async () => {
    const functions = `SELECT oid, proname::text AS thing FROM pg_proc WHERE pronamespace = 'credits'::regnamespace`;
    const owner = 'EXECUTE';
    const app = 'EXECUTE';
    const operator = 'EXECUTE';
    expect(await rightsTo(functions, ['EXECUTE'], 'has_function_privilege')).toEqual({
      allow: { owner, app },
      allow_monthly: { owner, app },
      allowance_refills: { owner, app, operator },
      announce: { owner },
      apply: { owner, app },
      boundary: { owner },
      bring_back: { owner },
      by_hand: { owner, operator },
      carry_over: { owner },
      change_refills: { owner },
      check_wallets: { owner, app, operator },
      claw_back: { owner },
      collect: { owner },
      descent_of: { owner, app, operator },
      due_events: { owner, app },
      end_allowance: { owner, app },
      end_holds: { owner },
      enter_reversal: { owner },
      entry_of_act: { owner, app, operator },
      entry_of_key: { owner, app, operator },
      erase: { owner, app },
      erase_mentions: { owner, app },
      expire: { owner },
      forget_holds: { owner, app },
      give_again: { owner },
      give_back: { owner },
      drawn_by: { owner, app, operator },
      grant_state: { owner, app, operator },
      has_monthly: { owner, app, operator },
      holds_before: { owner, app, operator },
      is_key_taken: { owner },
      is_meaningful: { owner },
      journal_edit: { owner },
      journal_opening: { owner },
      key_hash: { owner, app, operator },
      latest_holds: { owner, app, operator },
      layers_at: { owner, app, operator },
      leftovers: { owner },
      limit_refills: { owner, app },
      listen_to_events: { owner, app },
      lock_or_open: { owner },
      name_hash: { owner, app, operator },
      new_id: { owner },
      next_refill: { owner, app, operator },
      number_of_actor: { owner },
      number_of_reason: { owner },
      numbered_refill_key: { owner },
      open_by_hand: { owner },
      owner_of: { owner },
      part_of_carried: { owner },
      period_after: { owner },
      pour: { owner },
      pour_by_hand: { owner },
      pour_refill: { owner },
      refill: { owner },
      refill_ends: { owner },
      refill_fingerprint: { owner, app, operator },
      refill_key: { owner },
      refill_together: { owner, app },
      refuse_edit: { owner },
      refuse_hand: { owner },
      refuse_rewriting: { owner },
      rest_of: { owner, app, operator },
      restack: { owner },
      rfc3339: { owner },
      room_of: { owner },
      set_monthly_grant: { owner, app },
      settle: { owner },
      settle_and_write: { owner },
      tell: { owner },
      tell_about: { owner, app },
      tell_crossings: { owner },
      tell_expiring: { owner, app },
      tell_of_expiry: { owner },
      tell_of_short_grant: { owner },
      version_at: { owner, app, operator },
      waiting_events: { owner, app },
      why_held: { owner },
    });
  });

  test('every function has a list of who may execute it, and everybody is not on it', async () => {
    const { rows } = await superuser.query(
      `SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'credits'::regnamespace
          AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))`,
    );
    expect(rows).toEqual([]);
  });

  test('a table is readable by the app and operators, and written by the owner’s functions', async () => {
    const tables = `SELECT oid, relname::text AS thing FROM pg_class
                     WHERE relnamespace = 'credits'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')`;
    const privileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];
    const owner = privileges.join(' ');
    const read = { owner, app: 'SELECT', operator: 'SELECT' };
    expect(await rightsTo(tables, privileges, 'has_table_privilege')).toEqual({
      actors: read,
      allowance_terms: read,
      allowances: read,
      clawbacks: read,
      answers: { owner, app: 'SELECT INSERT UPDATE DELETE' },
      ended_holds: read,
      former_holds: read,
      entries: read,
      erasures: read,
      event_listeners: read,
      event_settings: read,
      events: read,
      gifts: read,
      grant_layers: read,
      grant_terms: read,
      grants: read,
      holds: read,
      ledger_entries: read,
      migrations: read,
      outbox: { owner, app: 'SELECT DELETE', operator: 'SELECT' },
      descriptions: read,
      placement: read,
      price_lists: { owner, app: 'SELECT INSERT', operator: 'SELECT' },
      monthly_grant: read,
      reasons: read,
      refunds: read,
      running_holds: read,
      wallets: read,
    });
  });

  test('some columns may be written all the same', async () => {
    const { rows } = await superuser.query(
      `SELECT c.relname || '.' || a.attname AS "column", grantee::regrole::text AS role,
              string_agg(privilege_type, ' ' ORDER BY privilege_type) AS rights
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl)
        WHERE c.relnamespace = 'credits'::regnamespace GROUP BY 1, 2`,
    );
    const gift = (columns: string, rights: string) =>
      columns.split(' ').map((column) => ({ column: `gifts.${column}`, role: 'credits_app', rights }));
    const expected = [
      { column: 'wallets.user_id', role: 'credits_operator', rights: 'INSERT' },
      { column: 'wallets.balance', role: 'credits_operator', rights: 'INSERT UPDATE' },
      ...gift('key fingerprint amount reason actor expires_at user_ids', 'INSERT'),
      ...gift('done refused given_up_to claimed_until finished_at given_group', 'UPDATE'),
      ...gift('wallets', 'INSERT UPDATE'),
      ...['due_at', 'ended_at', 'attempts', 'state', 'outcome'].map((column) => ({
        column: `outbox.${column}`,
        role: 'credits_app',
        rights: 'UPDATE',
      })),
    ];
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected));
  });

  test('a sequence is readable, which a dump needs, and moved by nobody', async () => {
    const sequences = `SELECT oid, relname::text AS thing FROM pg_class
                        WHERE relnamespace = 'credits'::regnamespace AND relkind = 'S'`;
    const read = { owner: 'SELECT USAGE UPDATE', app: 'SELECT', operator: 'SELECT' };
    expect(await rightsTo(sequences, ['SELECT', 'USAGE', 'UPDATE'], 'has_sequence_privilege')).toEqual({
      actors_number_seq: read,
      reasons_number_seq: read,
      wallets_number_seq: read,
    });
  });

  test('nobody but the owner makes anything in it', async () => {
    const schema = `SELECT oid, nspname::text AS thing FROM pg_namespace WHERE nspname = 'credits'`;
    expect(await rightsTo(schema, ['USAGE', 'CREATE'], 'has_schema_privilege')).toEqual({
      credits: { owner: 'USAGE CREATE', app: 'USAGE', operator: 'USAGE', viewer: 'USAGE' },
    });
  });

  test('a function that writes in the owner’s name finds nothing in a schema that others can fill', async () => {
    const { rows } = await superuser.query<{ name: string; settings: string[] }>(
      `SELECT proname AS name, proconfig AS settings FROM pg_proc
        WHERE pronamespace = 'credits'::regnamespace AND prosecdef ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'allow',
      'allow_monthly',
      'apply',
      'end_allowance',
      'erase',
      'erase_mentions',
      'forget_holds',
      'journal_edit',
      'journal_opening',
      'limit_refills',
      'listen_to_events',
      'open_by_hand',
      'refill_together',
      'set_monthly_grant',
      'tell_about',
      'tell_expiring',
    ]);
    for (const { settings } of rows) {
      expect(settings).toContain('search_path=credits, pg_catalog, pg_ledger_hand, pg_temp');
    }
  });

  test('no function has a setting that only a superuser may give', async () => {
    const { rows } = await superuser.query<{ setting: string }>(
      `SELECT DISTINCT split_part(unnest(proconfig), '=', 1) AS setting FROM pg_proc
        WHERE pronamespace = 'credits'::regnamespace`,
    );
    const { rows: known } = await superuser.query<{ name: string }>(
      `SELECT name FROM pg_settings WHERE context = 'user'`,
    );
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(rows.map(({ setting }) => setting)));
  });
});
