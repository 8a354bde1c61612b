// A page of a host's, in the host's own folder: the client, imported and required, and what the host lets its users read.
// Alice has 100 credits, and has them again when it ends.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import * as imported from 'creditgate/client';

const url = process.argv[2];
const required = createRequire(import.meta.url)('creditgate/client');
const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
await database.connect();
for (const door of [imported, required]) await tryReads(door);
await database.end();

async function tryReads({ CreditsClient, isProblem }) {
  const as = (user) => (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, ...(user && { 'x-user': user }) } });
  const client = new CreditsClient({ url: `${url}/credits`, fetch: as('alice') });
  const stop = client.live.follow();
  await shows(client, 100);
  await setBalance(130);
  await shows(client, 130);
  await setBalance(100);
  await shows(client, 100);
  stop();
  assert.deepEqual((await client.prices()).prices, [{ action: 'text_to_speech', credits: 50 }]);
  assert.equal((await client.quote({ action: 'text_to_speech' })).availableAfter, 50);
  assert.equal((await client.history({ kind: 'grant' })).data[0].reason, 'welcome');
  assert.deepEqual(await client.holds('held'), []);
  const stranger = new CreditsClient({ url: `${url}/credits`, fetch: as(undefined) });
  await assert.rejects(stranger.balance(), (error) => isProblem(error, 'unauthenticated'));
}

async function shows(client, credits) {
  for (let tries = 0; client.live.get().known?.available !== credits; tries += 1) {
    assert(tries < 500, `${JSON.stringify(client.live.get())} does not become ${credits}`);
    await delay(10);
  }
}

function setBalance(credits) {
  return database.query(`UPDATE credits.wallets SET balance = $1 WHERE user_id = 'alice'`, [credits]);
}
