import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { startErrorOf } from '../../src/database/start-error-of.js';
import { migrateLedger } from '../../src/credits/plumbing.js';
import { migrateLibrary } from '../../src/library/migrations.js';
import { migratePayments } from '../../src/payments/migrations.js';
import { createTestDatabase, hasSuperuser, type TestDatabase } from '../support/database.js';

// Who may install and upgrade, and what becomes of the rights when the server around the database changes.

const name = `plain_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let superuser: pg.Client;
const clients: pg.Client[] = [];

const describeAsSuperuser = hasSuperuser ? describe : describe.skip;

beforeEach(async () => {
  database = await createTestDatabase();
  superuser = await connect(database.superuserUrl);
  if (hasSuperuser) await superuser.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
  if (!hasSuperuser) return;
  const server = new URL(database.superuserUrl);
  server.pathname = '/postgres';
  await (await connect(server.href)).query(`DROP ROLE ${name}`);
  await clients.pop()!.end();
});

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  clients.push(client);
  await client.connect();
  return client;
}

function asPlain(): Promise<pg.Client> {
  const url = new URL(database.url);
  [url.username, url.password] = [name, name];
  return connect(url.href);
}

const migrate = async (client: pg.Client) => {
  await migrateLedger(client);
  await migrateLibrary(client);
  await migratePayments(client);
};
const emptied = () => superuser.query('DROP SCHEMA credits, library, payments CASCADE');
const databaseName = () => new URL(database.url).pathname.slice(1);

/** A row for each operation, as the ledger's function answers. */
async function apply(client: pg.Client, verb: 'charge' | 'grant', userId: string): Promise<unknown> {
  const members = {
    n: 1,
    verb,
    user_id: userId,
    id: randomUUID(),
    credits: 5,
    action: 'tts',
    reason: 'because',
    actor: 'test',
  };
  const operation = `jsonb_populate_record(NULL::credits.operation, '${JSON.stringify(members)}')`;
  const { rows } = await client.query(
    `SELECT outcome, balance FROM credits.apply(ARRAY[${operation}], true, ARRAY['${userId}'])`,
  );
  return rows[0];
}

/** Grants, edits by hand and charges all work, and the books agree: the triggers know the ledger's hand. */
async function expectToWork(client: pg.Client): Promise<void> {
  const userId = `user-${randomBytes(6).toString('hex')}`;
  expect(await apply(client, 'grant', userId)).toEqual({ outcome: 'done', balance: '5' });
  await client.query(`UPDATE credits.wallets SET balance = balance + 2 WHERE user_id = '${userId}'`);
  expect(await apply(client, 'charge', userId)).toEqual({ outcome: 'done', balance: '2' });
  const { rows } = await client.query(
    `SELECT "check" FROM credits.check_wallets(0, 100) WHERE "check" IS NOT NULL`,
  );
  expect(rows).toEqual([]);
}

async function refusalOf(client: pg.Client): Promise<{ message: string; exitCode: number }> {
  return startErrorOf(await migrate(client).catch((error: unknown) => error));
}

const executableByAll = async () =>
  (
    await superuser.query(
      `SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'credits'::regnamespace
          AND has_function_privilege('public', oid, 'EXECUTE')`,
    )
  ).rows;

/** Of a role that nobody named, in the product's schemas; but for reading. */
const rightsOfStranger = async () =>
  (
    await superuser.query(
      `SELECT thing, a.privilege_type
         FROM (SELECT nspname::text, nspacl FROM pg_namespace WHERE nspname = ANY ($1)
               UNION ALL SELECT proname, proacl FROM pg_proc WHERE pronamespace::regnamespace::text = ANY ($1)
               UNION ALL SELECT relname, relacl FROM pg_class WHERE relnamespace::regnamespace::text = ANY ($1)
               UNION ALL SELECT relname || '.' || attname, attacl FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
                          WHERE relnamespace::regnamespace::text = ANY ($1)) t (thing, acl)
        CROSS JOIN LATERAL aclexplode(acl) a
        WHERE a.grantee = $2::regrole AND a.privilege_type NOT IN ('SELECT', 'USAGE')`,
      [['credits', 'library', 'payments'], name],
    )
  ).rows;

describeAsSuperuser('the ledger is installed by', () => {
  test('a role that may only make schemas in the database', async () => {
    await emptied();
    await superuser.query(`GRANT CREATE ON DATABASE ${databaseName()} TO ${name}`);
    const plain = await asPlain();
    await migrate(plain);
    await expectToWork(plain);
    expect(await executableByAll()).toEqual([]);
  });

  test('an owner whose default privileges give all to somebody else, who gets no more than to read', async () => {
    await emptied();
    const owner = await connect(database.url);
    await owner.query(`
      ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${name};
      ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO ${name};
      ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO ${name};
      ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO ${name}`);
    await migrate(owner);
    expect(await rightsOfStranger()).toEqual([]);
    await expectToWork(owner);
    // What is given later goes with the next start, but for what reads.
    await owner.query(`GRANT EXECUTE ON FUNCTION credits.erase TO ${name}; GRANT UPDATE (balance) ON credits.wallets TO ${name};
                       GRANT SELECT ON library.documents TO ${name}`);
    await migrate(owner);
    expect(await rightsOfStranger()).toEqual([]);
    const stranger = await asPlain();
    await stranger.query('SELECT FROM library.documents');
    await expect(stranger.query('SELECT FROM credits.answers')).rejects.toThrow('permission denied');
  });

  test('nobody who may not, and one line says who has to (78)', async () => {
    await emptied();
    await superuser.query(
      `REVOKE ALL ON DATABASE ${databaseName()} FROM PUBLIC; GRANT CONNECT ON DATABASE ${databaseName()} TO ${name}`,
    );
    expect(await refusalOf(await asPlain())).toMatchObject({
      exitCode: 78,
      message:
        `"${name}" may not make the schema "credits": run \`npm run migrate\` (or \`npx creditgate migrate\`) first as ` +
        `"${new URL(database.url).username}", the owner of the database "${databaseName()}"; ` +
        `to use it afterwards, GRANT credits_app TO "${name}"; ` +
        `or, if it is to own the schema, GRANT CREATE ON DATABASE "${databaseName()}" TO "${name}"`,
    });
  });
});

describeAsSuperuser('an upgrade', () => {
  beforeEach(() =>
    superuser.query(`UPDATE credits.migrations SET checksum = 'older' WHERE name = 'apply.sql'`),
  );

  test('by a role without the owner’s rights is refused in one line that names the owner (78)', async () => {
    await superuser.query(`GRANT credits_app TO ${name}`);
    const { message, exitCode } = await refusalOf(await asPlain());
    expect(exitCode).toBe(78);
    expect(message).toContain(`start this version once as its owner "${new URL(database.url).username}"`);
  });

  test('by a role that may not even look says so (78)', async () => {
    const { message, exitCode } = await refusalOf(await asPlain());
    expect(exitCode).toBe(78);
    expect(message).toMatch(/permission denied for schema credits.*GRANT credits_app TO/);
  });

  test('by a superuser leaves everything with its owner', async () => {
    await migrate(superuser);
    const { rows } = await superuser.query(
      `SELECT DISTINCT pg_get_userbyid(o) AS owner
         FROM (SELECT relowner FROM pg_class WHERE relnamespace = 'credits'::regnamespace
                UNION SELECT proowner FROM pg_proc WHERE pronamespace = 'credits'::regnamespace) x (o)`,
    );
    expect(rows).toEqual([{ owner: new URL(database.url).username }]);
    await expectToWork(await connect(database.url));
    await expectToWork(superuser);
  });
});

describeAsSuperuser('the next start puts right', () => {
  const mayApp = async () =>
    (
      await superuser.query(
        `SELECT has_function_privilege('credits_app', (SELECT oid FROM pg_proc WHERE proname = 'apply'
                   AND pronamespace = 'credits'::regnamespace), 'EXECUTE') AS apply,
                has_table_privilege('credits_app', 'library.documents', 'INSERT') AS document`,
      )
    ).rows[0];

  test('a dump that was restored without its grants, or before the roles were made', async () => {
    // What pg_restore --no-privileges leaves.
    await superuser.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA credits, library, payments FROM credits_app, credits_operator;
      REVOKE ALL ON ALL ROUTINES IN SCHEMA credits FROM credits_app, credits_operator;
      GRANT EXECUTE ON ALL ROUTINES IN SCHEMA credits TO PUBLIC`);
    expect(await mayApp()).toEqual({ apply: true, document: false });
    await migrate(await connect(database.url));
    expect(await executableByAll()).toEqual([]);
    expect(await mayApp()).toEqual({ apply: true, document: true });
  });

  test('a function that was added for everybody to execute', async () => {
    await (
      await connect(database.url)
    ).query(`CREATE FUNCTION credits.extra() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    expect(await executableByAll()).toHaveLength(1);
    await migrate(await connect(database.url));
    expect(await executableByAll()).toEqual([]);
  });

  test('its own, and leaves alone what somebody else keeps in the schema', async () => {
    await superuser.query(`
      CREATE TABLE credits.of_the_superuser ();
      CREATE FUNCTION credits.of_the_superuser() RETURNS int LANGUAGE sql AS 'SELECT 1';
      REVOKE EXECUTE ON FUNCTION credits.of_the_superuser FROM PUBLIC`);
    const owner = await connect(database.url);
    await migrate(owner);
    await expectToWork(owner);
  });

  test('a table that was given to a role from which it had been taken, but not as the app itself', async () => {
    await superuser.query(
      `GRANT credits_app TO ${name}; GRANT SELECT ON credits.answers TO credits_operator`,
    );
    await migrate(await asPlain());
    const reads = async () =>
      (
        await superuser.query(
          `SELECT has_table_privilege('credits_operator', 'credits.answers', 'SELECT') AS may`,
        )
      ).rows;
    expect(await reads()).toEqual([{ may: true }]);
    await migrate(await connect(database.url));
    expect(await reads()).toEqual([{ may: false }]);
  });

  test('tables that have another owner, by whose functions nothing could be written before', async () => {
    await superuser.query(`
      DO $$
      DECLARE
        thing text;
      BEGIN
        FOR thing IN
          SELECT format('TABLE %s', oid::regclass) FROM pg_class
           WHERE relnamespace::regnamespace::text IN ('credits', 'library', 'payments') AND relkind IN ('r', 'v')
           UNION ALL
          SELECT format('ROUTINE %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'credits'::regnamespace
           UNION ALL
          VALUES ('SCHEMA credits'), ('SCHEMA library'), ('SCHEMA payments'), ('TYPE credits.operation')
        LOOP
          EXECUTE format('ALTER %s OWNER TO ${name}', thing);
        END LOOP;
      END $$`);
    // And a version that writes to them before anything else.
    await superuser.query(`DELETE FROM credits.migrations WHERE name = '0031_raised.sql'`);
    const heir = await asPlain();
    await expect(apply(heir, 'grant', 'somebody')).rejects.toMatchObject({ code: '23514' });
    await migrate(heir);
    await expectToWork(heir);
    expect(await executableByAll()).toEqual([]);
  });
});
