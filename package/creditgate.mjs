#!/usr/bin/env node
// creditgate migrate | integrity, on the database that DATABASE_URL names.
import pg from 'pg';
import { checkIntegrity, migrate } from 'creditgate/migrate';

const USAGE = `Usage: DATABASE_URL=postgresql://… creditgate migrate|integrity

migrate    brings the schema "credits" to this version; exit code 78 when it may not
integrity  checks every wallet's books; exit code 1 when something does not add up`;

const commands = {
  async migrate(client) {
    await migrate(client, { onProgress: (line) => console.error(line) });
    console.log('The schema "credits" is up to date.');
  },
  async integrity(client) {
    const query = async (sql, values) => (await client.query(sql, values)).rows;
    const { ok, wallets, entries, differences } = await checkIntegrity(query);
    for (const { userId, check, expected, actual } of differences) {
      console.log(`${userId}: ${check} should be ${expected} and is ${actual}`);
    }
    console.log(`Wallets: ${wallets}, entries: ${entries}; the books ${ok ? 'agree' : 'disagree'}.`);
    if (!ok) process.exitCode = 1;
  },
};

const command = commands[process.argv[2] ?? ''];
// A program of its own: there is no Environment here.
// eslint-disable-next-line no-restricted-properties
const connectionString = process.env.DATABASE_URL;
if (command === undefined || process.argv.length > 3) fail(64, USAGE);
if (!connectionString) fail(78, 'DATABASE_URL is not set.');

let client;
try {
  client = new pg.Client({ connectionString, application_name: 'creditgate' });
} catch (error) {
  fail(78, `DATABASE_URL cannot be used: ${error.message}`);
}
client.on('error', () => undefined);
try {
  await client.connect();
} catch (error) {
  // A password, a role, a database that is not there; anything else may pass.
  fail(/^(28|3D|42501)/.test(error.code) ? 78 : 69, `DATABASE_URL leads to no database: ${error.message}`);
}
try {
  await command(client);
} catch (error) {
  const isRefusal = ['MissingRightError', 'SchemaTooNewError'].includes(error.name);
  fail(isRefusal ? 78 : 69, error.message);
} finally {
  await client.end().catch(() => undefined);
}

function fail(code, line) {
  console.error(line);
  process.exit(code);
}
