import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

// What an operator's login may try in order to change a balance without an entry: it owns a schema of its own, may
// make temporary objects, and sets for itself whatever PostgreSQL lets anybody set. Each ends journaled or refused.

const login = `operator_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let superuser: pg.Client;
let operator: pg.Client;

const describeAsSuperuser = hasSuperuser ? describe : describe.skip;

beforeAll(async () => {
  database = await createTestDatabase();
  if (!hasSuperuser) return;
  superuser = await connect(database.superuserUrl);
  await superuser.query(`
    CREATE ROLE ${login} LOGIN PASSWORD '${login}' IN ROLE credits_operator;
    GRANT CREATE, TEMPORARY ON DATABASE ${new URL(database.url).pathname.slice(1)} TO ${login}`);
});

async function openOperator(): Promise<void> {
  const url = new URL(database.url);
  [url.username, url.password] = [login, login];
  operator = await connect(url.href);
}

beforeEach(async () => {
  if (!hasSuperuser) return;
  await openOperator();
  await operator.query('DROP SCHEMA IF EXISTS tricks CASCADE; CREATE SCHEMA tricks');
  await superuser.query(
    `INSERT INTO credits.wallets (user_id, balance) VALUES ('victim', 100) ON CONFLICT DO NOTHING`,
  );
});

afterEach(async () => {
  await operator?.end();
  await superuser?.query(`ALTER ROLE ${login} RESET ALL`);
});

afterAll(async () => {
  if (hasSuperuser) {
    await superuser.query(`DROP OWNED BY ${login} CASCADE; DROP ROLE ${login}`);
    await superuser.end();
  }
  await database.drop();
});

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

const EDIT = `UPDATE credits.wallets SET balance = balance + 1000 WHERE user_id = 'victim'`;
const INSERT = `INSERT INTO credits.wallets (user_id, balance) VALUES ('ghost-' || gen_random_uuid(), 500)`;
const MARK = 'credits, pg_catalog, pg_ledger_hand, pg_temp';

/** A function of the operator's own that PostgreSQL would find before its own of that name. */
const own = (signature: string, returns: string, value: string) =>
  `CREATE FUNCTION tricks.${signature} RETURNS ${returns} LANGUAGE sql AS $$ SELECT ${value} $$`;
const operatorOf = (sign: string, type: string, answer: boolean) => `
  CREATE FUNCTION tricks.op_${type}(${type}, ${type}) RETURNS boolean LANGUAGE sql AS 'SELECT ${answer}';
  CREATE OPERATOR tricks.${sign} (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = tricks.op_${type})`;
const first = `SET search_path = tricks, credits, pg_catalog, pg_ledger_hand, pg_temp`;
const TEMP_WALLETS = 'CREATE TEMP TABLE wallets (LIKE credits.wallets INCLUDING DEFAULTS)';
const ROW = `(user_id, number, name_hash, salt) VALUES ('mallory', 1, 0, '')`;

const tricks: Record<string, string> = {
  'the setting that decided once': `SET credits.writer = 'ledger'; ${EDIT}`,
  'the same for an opening': `SET credits.writer = 'ledger'; ${INSERT}`,
  'the mark in the search_path': `SET search_path = ${MARK}; ${EDIT}`,
  'the mark, for an opening': `SET search_path = ${MARK}; ${INSERT}`,
  'the mark for one transaction': `BEGIN; SET LOCAL search_path = ${MARK}; ${EDIT}; COMMIT`,
  'the mark by set_config': `SELECT set_config('search_path', '${MARK}', false); ${EDIT}`,
  'a schema named like the mark': `CREATE SCHEMA pg_ledger_hand; ${EDIT}`,
  'the mark in a DO block': `DO $$ BEGIN SET LOCAL search_path = ${MARK}; ${EDIT}; END $$`,
  'a function with the mark among its attributes': `
    CREATE FUNCTION tricks.edit() RETURNS void LANGUAGE sql SET search_path = ${MARK} AS $$ ${EDIT} $$;
    SELECT tricks.edit()`,
  'such a function as SECURITY DEFINER': `
    CREATE FUNCTION tricks.edit() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = ${MARK} AS $$ ${EDIT} $$;
    SELECT tricks.edit()`,
  'a procedure with the mark': `
    CREATE PROCEDURE tricks.edit() LANGUAGE plpgsql SET search_path = ${MARK} AS $$ BEGIN ${EDIT}; END $$;
    CALL tricks.edit()`,
  'a by_hand of one’s own': `${own('by_hand()', 'boolean', 'false')}; ${first}; ${EDIT}`,
  'a current_setting of one’s own': `${own('current_setting(text)', 'text', `'ledger'`)};
    ${own('current_setting(text, boolean)', 'text', `'ledger'`)}; ${first}; ${EDIT}`,
  'a strpos of one’s own': `${own('strpos(text, text)', 'int', '1')}; ${first}; ${EDIT}`,
  'comparisons of names of one’s own': `${operatorOf('<>', 'name', false)}; ${first}; ${EDIT}`,
  'comparisons of texts of one’s own': `${operatorOf('<>', 'text', false)}; ${first}; ${EDIT}`,
  'comparisons of amounts of one’s own, for an opening with a version': `${operatorOf('<>', 'bigint', false)};
    CREATE FUNCTION tricks.op2(bigint, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE OPERATOR tricks.<> (LEFTARG = bigint, RIGHTARG = int, FUNCTION = tricks.op2); ${first}; ${INSERT}`,
  'an equality of one’s own, for an opening that makes no version': `
    CREATE FUNCTION tricks.equal(bigint, int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR tricks.= (LEFTARG = bigint, RIGHTARG = int, FUNCTION = tricks.equal); ${first}; ${INSERT}`,
  'a function "current_user" of one’s own': `
    CREATE FUNCTION tricks."current_user"() RETURNS name LANGUAGE sql AS $$ SELECT 'THE_OWNER'::name $$; ${first}; ${EDIT}`,
  'a type named like one that is used': `CREATE DOMAIN tricks.name AS text; CREATE DOMAIN tricks.text AS varchar; ${first}; ${EDIT}`,
  'a clock of one’s own': `${own('clock_timestamp()', 'timestamptz', `'2000-01-01'::timestamptz`)}; ${first}; ${EDIT}`,
  'an announcement of one’s own': `${own('pg_notify(text, text)', 'void', 'NULL')}; ${first}; ${EDIT}`,
  'a temporary table named wallets': `${TEMP_WALLETS}; SET search_path = pg_temp, credits; ${EDIT}`,
  'a temporary view over the wallets': `CREATE TEMP VIEW mine AS SELECT user_id, balance FROM credits.wallets;
    SET search_path = ${MARK}; UPDATE mine SET balance = balance + 1000 WHERE user_id = 'victim'`,
  'a view with a rule that edits': `
    CREATE VIEW tricks.mine AS SELECT 1 AS one;
    CREATE RULE edit AS ON UPDATE TO tricks.mine DO INSTEAD ${EDIT};
    SET search_path = ${MARK}; UPDATE tricks.mine SET one = 2`,
  'a rule on the wallets': `CREATE RULE quiet AS ON UPDATE TO credits.wallets DO ALSO NOTHING; ${EDIT}`,
  'an upsert': `SET search_path = ${MARK}; INSERT INTO credits.wallets AS w (user_id, balance) VALUES ('victim', 1)
    ON CONFLICT (user_id) DO UPDATE SET balance = w.balance + 1000`,
  'a MERGE': `SET search_path = ${MARK}; MERGE INTO credits.wallets w USING (SELECT 1) one ON w.user_id = 'victim'
    WHEN MATCHED THEN UPDATE SET balance = w.balance + 1000`,
  'a cursor': `BEGIN; SET LOCAL search_path = ${MARK};
    DECLARE c CURSOR FOR SELECT * FROM credits.wallets WHERE user_id = 'victim' FOR UPDATE; FETCH c;
    UPDATE credits.wallets SET balance = balance + 1000 WHERE CURRENT OF c; COMMIT`,
  'a prepared statement': `PREPARE edit AS ${EDIT}; SET search_path = ${MARK}; EXECUTE edit`,
  'the mode of a replica': `SET session_replication_role = replica; ${EDIT}`,
  'triggers off': `ALTER TABLE credits.wallets DISABLE TRIGGER USER; ${EDIT}`,
  'the owner’s role': `SET ROLE THE_OWNER; ${EDIT}`,
  'the owner’s session': `SET SESSION AUTHORIZATION THE_OWNER; ${EDIT}`,
  'credits_app’s role': `SET ROLE credits_app; ${EDIT}`,
  'a trigger of one’s own on the wallets': `
    CREATE FUNCTION tricks.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER zzz BEFORE UPDATE ON credits.wallets FOR EACH ROW EXECUTE FUNCTION tricks.t(); ${EDIT}`,
  'an event trigger': `
    CREATE FUNCTION tricks.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION tricks.e(); ${EDIT}`,
  'a trigger with the ledger’s by_hand replaced': `CREATE OR REPLACE FUNCTION credits.by_hand() RETURNS boolean LANGUAGE sql AS 'SELECT false'; ${EDIT}`,
  'an attribute for the ledger’s by_hand': `ALTER FUNCTION credits.by_hand SET search_path = ${MARK}; ${EDIT}`,
  'a function in the ledger’s schema': `CREATE FUNCTION credits.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'; ${EDIT}`,
  'the journal of edits on a temporary table': `${TEMP_WALLETS};
    CREATE TRIGGER x BEFORE UPDATE ON wallets FOR EACH ROW EXECUTE FUNCTION credits.journal_edit();
    INSERT INTO wallets ${ROW}; UPDATE wallets SET balance = 50`,
  'the journal of openings on a temporary table': `${TEMP_WALLETS};
    CREATE TRIGGER x AFTER INSERT ON wallets FOR EACH ROW EXECUTE FUNCTION credits.journal_opening();
    INSERT INTO wallets (user_id, balance, version, epoch, number, name_hash, salt) VALUES ('mallory', 1000, 1, 1, 1, 0, '')`,
  'the function behind the journal': `SELECT credits.pour_by_hand(w, 1000) FROM credits.wallets w WHERE user_id = 'victim'`,
  'the ledger’s settling of a made-up wallet': `SELECT credits.settle(w, now()) FROM credits.wallets w WHERE user_id = 'victim'`,
  'the one function of the app': `SELECT * FROM credits.apply('{}', true, '{}')`,
  'an entry by hand': `SET search_path = ${MARK}; INSERT INTO credits.ledger_entries (wallet, version, id, kind, amount,
    balance_after, held_after, epoch, created_at) VALUES (1, 99, gen_random_uuid(), 'grant', 5, 5, 0, 1, now())`,
  'a grant by hand': `SET search_path = ${MARK}; INSERT INTO credits.grant_terms (amount, created_at, id, priority, wallet,
    version, category) VALUES (5, now(), gen_random_uuid(), 50, 1, 99, 'paid')`,
  'a layer by hand': `SET search_path = ${MARK}; UPDATE credits.grant_layers SET height = height + 5`,
};

/** All wallets' balances, and what their entries say of them: who made the last one, and their sum. */
const BOOKS = `
  SELECT w.user_id, w.balance, w.version, sum(e.amount) AS sum, max(e.version) AS newest,
         (array_agg(e.actor ORDER BY e.version DESC))[1] AS actor
    FROM credits.wallets w LEFT JOIN credits.entries e USING (user_id) GROUP BY 1, 2, 3 ORDER BY 1`;

describeAsSuperuser('an operator’s login that tries', () => {
  test.each(Object.entries(tricks))('%s changes nothing without an entry in its name', async (_, sql) => {
    const before = (await superuser.query(BOOKS)).rows;
    const owner = new URL(database.url).username;
    const refusal = await operator.query(sql.replaceAll('THE_OWNER', owner)).then(
      () => undefined,
      (error: pg.DatabaseError) => error,
    );
    await operator.query('ROLLBACK').catch(() => undefined);
    const after = (await superuser.query(BOOKS)).rows;
    for (const wallet of after) {
      expect(wallet).toMatchObject({ sum: wallet.balance, newest: wallet.version });
      const earlier = before.find(({ user_id }) => user_id === wallet.user_id);
      if (wallet.version !== earlier?.version) expect(wallet.actor).toBe(`sql:${login}`);
    }
    if (refusal !== undefined) {
      expect(['42501', '42939']).toContain(refusal.code);
      expect(after).toEqual(before);
    }
    const { rows } = await superuser.query(
      `SELECT * FROM credits.check_wallets(0, 500) WHERE "check" IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  });

  test('the mark as the default of its role is journaled too', async () => {
    await operator.query(`ALTER ROLE ${login} SET search_path = ${MARK}`);
    await operator.end();
    await openOperator();
    expect((await operator.query('SHOW search_path')).rows).toEqual([{ search_path: MARK }]);
    const before = (await superuser.query(BOOKS)).rows;
    await operator.query(EDIT);
    const after = (await superuser.query(BOOKS)).rows;
    expect(after).not.toEqual(before);
    for (const wallet of after) expect(wallet).toMatchObject({ sum: wallet.balance, newest: wallet.version });
  });
});

describeAsSuperuser('a login with nothing but USAGE of the schema', () => {
  const functions = async () =>
    (
      await superuser.query<{ name: string; is_trigger: boolean }>(
        `SELECT proname AS name, prorettype = 'trigger'::regtype AS is_trigger FROM pg_proc
        WHERE pronamespace = 'credits'::regnamespace`,
      )
    ).rows;

  test('makes no trigger of any function of the ledger, on a table of any shape', async () => {
    const before = (await superuser.query(BOOKS)).rows;
    const tables = [
      'wallets',
      'ledger_entries',
      'grant_terms',
      'grant_layers',
      'running_holds',
      'ended_holds',
    ];
    for (const { name } of (await functions()).filter(({ is_trigger }) => is_trigger)) {
      for (const table of tables) {
        await operator.query(
          `DROP TABLE IF EXISTS pg_temp.shape; CREATE TEMP TABLE shape (LIKE credits.${table})`,
        );
        const trigger = `CREATE TRIGGER x BEFORE INSERT ON shape FOR EACH ROW EXECUTE FUNCTION credits.${name}()`;
        await expect(operator.query(trigger)).rejects.toMatchObject({ code: '42501' });
      }
    }
    expect((await superuser.query(BOOKS)).rows).toEqual(before);
  });

  test.each(['journal_edit', 'journal_opening'])(
    'could do nothing with %s, were it given it',
    async (name) => {
      await superuser.query(`GRANT EXECUTE ON FUNCTION credits.${name} TO ${login}`);
      const before = (await superuser.query(BOOKS)).rows;
      await operator.query(`${TEMP_WALLETS};
      CREATE TRIGGER x BEFORE INSERT OR UPDATE ON wallets FOR EACH ROW EXECUTE FUNCTION credits.${name}()`);
      const forge = `INSERT INTO wallets (user_id, balance, version, epoch, number, name_hash, salt) VALUES ('mallory', 1000, 1, 1, 1, 0, '')`;
      await expect(operator.query(forge)).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|55000)$/),
      });
      expect((await superuser.query(BOOKS)).rows).toEqual(before);
      await superuser.query(`REVOKE EXECUTE ON FUNCTION credits.${name} FROM ${login}`);
    },
  );
});
