// One PostgreSQL for a whole run, with one migrated template that every test file clones (database.ts).
// Jest imports this natively, so it takes the product from dist; `npm test` has built that before.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

// Everything in it belongs to a role that owns nothing else: no superuser, as on a managed server. Only what is done to
// the server itself goes by the superuser's address, where there is one.

let server;
let template;

export async function startCluster() {
  server = process.env.DATABASE_URL ? await lentServer(process.env.DATABASE_URL) : await ownServer();
  // An app under test must not find the lent database by itself: tests write to clones only.
  delete process.env.DATABASE_URL;
  template = `creditgate_template_${randomBytes(4).toString('hex')}`;
  process.env.CREDITGATE_TEST_SERVER_URL = server.url;
  process.env.CREDITGATE_TEST_OWNER_URL = server.ownerUrl;
  process.env.CREDITGATE_TEST_SUPERUSER = server.isSuperuser ? 'yes' : '';
  process.env.CREDITGATE_TEST_TEMPLATE = template;
  try {
    await makeTemplate();
  } catch (error) {
    // Jest calls no teardown after a setup that failed.
    await stopCluster();
    throw error;
  }
}

export async function stopCluster() {
  try {
    await dropDatabases();
  } finally {
    await server.stop();
  }
}

/** A superuser of the lent server makes an owner for the run; any other role that may make databases is the owner. */
async function lentServer(url) {
  const isSuperuser = await withClient(url, async (client) => {
    const { rows } = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    return rows[0].rolsuper;
  });
  if (!isSuperuser) return { url, ownerUrl: url, isSuperuser, stop: async () => {} };
  const name = `creditgate_owner_${randomBytes(4).toString('hex')}`;
  await withClient(url, async (client) => {
    for (const role of ['credits_app', 'credits_operator']) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} NOLOGIN`);
    }
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
  });
  const ownerUrl = new URL(url);
  [ownerUrl.username, ownerUrl.password] = [name, name];
  const stop = () => withClient(url, (client) => client.query(`DROP ROLE ${name}`));
  return { url, ownerUrl: ownerUrl.href, isSuperuser, stop };
}

async function ownServer() {
  const { startEmbeddedPostgres } = await import('../../dist/database/embedded-postgres.js');
  const { superuserUrl } = await import('../../dist/database/embedded/cluster.js');
  const { findHome } = await import('../../dist/database/embedded/home.js');
  const folder = await mkdtemp(join(tmpdir(), 'creditgate-test-'));
  // As root the server runs as another user, which has to pass through this folder.
  await chmod(folder, 0o755);
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const dataDir = join(folder, 'data');
    const { url: ownerUrl, stop } = await startEmbeddedPostgres({ dataDir });
    const url = superuserUrl(findHome(dataDir).path, new URL(ownerUrl).port, 'postgres');
    return { url, ownerUrl, isSuperuser: true, stop: () => stop().finally(removeFolder) };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function makeTemplate() {
  const { migrateLedger } = await import('../../dist/credits/ledger/schema.js');
  const { migrateLibrary } = await import('../../dist/library/migrations.js');
  const { migratePayments } = await import('../../dist/payments/migrations.js');
  const templateUrl = new URL(server.ownerUrl);
  const owner = decodeURIComponent(templateUrl.username);
  await withClient(server.url, (client) =>
    client.query(`CREATE DATABASE ${template} OWNER ${pg.escapeIdentifier(owner)}`),
  );
  templateUrl.pathname = `/${template}`;
  await withClient(templateUrl.href, async (client) => {
    await migrateLedger(client);
    await migrateLibrary(client);
    await migratePayments(client);
  });
  // A clone is refused while anybody is connected to its source.
  await withClient(server.url, (client) =>
    client.query(`ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`),
  );
}

async function dropDatabases() {
  await withClient(server.url, async (client) => {
    const { rows } = await client.query(
      'SELECT datname FROM pg_database WHERE datname = $1 OR starts_with(datname::text, $2)',
      [template, `${template}_`],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}

async function withClient(connectionString, use) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
