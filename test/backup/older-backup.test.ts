import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { backUp } from '../../src/backup/back-up.js';
import { migrationsOf } from '../../src/backup/catalog.js';
import { restore } from '../../src/backup/restore.js';
import { MIGRATIONS } from '../../src/migrations.js';
import { openCredits } from '../support/credits.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { makeFolder, removeFolder } from './places.js';

const silent = { begin: () => undefined, report: () => undefined };
const folder = makeFolder();
const text = 'It was a dark night.';
const documentId = randomUUID();
/** As an early version left its tables: no exports, and documents without a hold. */
const EARLY = {
  credits: ['0011_former_form_aside.sql', '0012_second_form.sql', '0013_carried_over.sql'],
  library: ['0001_documents.sql', '0002_recordings.sql'],
};
let databases: [early: TestDatabase, now: TestDatabase];
let clients: [early: pg.Client, now: pg.Client];

beforeAll(async () => {
  databases = [await createEmptyDatabase(), await createEmptyDatabase()];
  const connect = async ({ url }: TestDatabase) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };
  clients = [await connect(databases[0]), await connect(databases[1])];
});
afterAll(async () => {
  for (const client of clients) await client.end();
  for (const database of databases) await database.drop();
  removeFolder(folder);
});

/** Alice was given 50, spent 5, and has 2 on hold; she has one document. */
async function makeEarly(client: pg.Client): Promise<void> {
  for (const migrate of MIGRATIONS) await migrate(client, { upTo: EARLY });
  const [grant, holdId] = [randomUUID(), randomUUID()];
  await client.query(`
    INSERT INTO credits.wallets (user_id, balance, held, version, epoch, holds_due_at, active_holds, name_hash)
    VALUES ('alice', 45, 2, 3, 1, now() + interval '1 day', 1, x'2bd806c9'::int);
    INSERT INTO credits.actors (name) VALUES ('shop');
    INSERT INTO credits.reasons (wallet, reason) VALUES (1, 'bought');
    INSERT INTO credits.ledger_entries (version, amount, balance_after, held_after, epoch, created_at, id, wallet, kind,
                                        action, reason, actor, grant_id, key, fingerprint)
    VALUES (1, 50, 50, 0, 1, now(), gen_random_uuid(), 1, 'grant', NULL, 6, 1, '${grant}', 'k', 'f'),
           (2, -5, 45, 0, 1, now(), gen_random_uuid(), 1, 'charge', 'docx_processing', NULL, NULL, NULL, NULL, NULL);
    INSERT INTO credits.grant_terms (amount, created_at, id, priority, wallet, version, category, reason, actor)
    VALUES (50, now(), '${grant}', 50, 1, 1, 'paid', 6, 1);
    INSERT INTO credits.grant_layers (wallet, epoch, height, grant_id) VALUES (1, 1, 50, '${grant}');
    INSERT INTO credits.running_holds (amount, created_version, expires_at, created_at, id, wallet, action)
    VALUES (2, 3, now() + interval '1 day', now(), '${holdId}', 1, 'audio_upload')`);
  await client.query(
    `INSERT INTO library.documents (id, user_id, kind, title, filename, bytes, sha256, characters, words, paragraphs)
     VALUES ($1, 'alice', 'txt', 'Night', 'a.txt', 20, $2, 20, 5, 1)`,
    [documentId, createHash('sha256').update(text).digest('hex')],
  );
  const path = join(folder, 'early/files/documents', documentId);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'original'), text);
  writeFileSync(join(path, 'blocks.json'), '[]');
}

test('a backup of an earlier version is carried over to this one', async () => {
  const [early, now] = clients;
  await makeEarly(early);
  const path = join(folder, 'early.zip');
  const { migrations, tables } = await backUp(early, {
    dataDir: join(folder, 'early'),
    path,
    progress: silent,
  });
  expect(migrations).toEqual(EARLY);
  expect(tables.map(({ name }) => name)).not.toContain('exports');

  const dataDir = join(folder, 'now');
  await restore(now, { dataDir, path, progress: silent, acceptDifferences: false });
  for (const schema of ['credits', 'library'] as const) {
    const known = await migrationsOf(now, schema);
    expect(known.slice(0, EARLY[schema].length)).toEqual(EARLY[schema]);
  }
  expect(await migrationsOf(now, 'library')).not.toEqual(EARLY.library);
  expect(readFileSync(join(dataDir, 'files/documents', documentId, 'original'), 'utf8')).toBe(text);
  const open = await openCredits(databases[1].url);
  expect(await open.credits.balance('alice')).toMatchObject({ balance: 45, held: 2 });
  await open.credits.grant({ userId: 'alice', credits: 1, reason: 'more', actor: 'shop' });
  await open.credits.charge({ userId: 'alice', action: 'docx_processing' });
  await open.check();
  await open.close();
});
