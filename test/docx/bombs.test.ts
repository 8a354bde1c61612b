import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { fileForm } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { SECRET, signedIn } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { bombs } from './bombs.js';

const MAX_RESIDENT_MB = 400;
const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-bombs-'));
let database: TestDatabase;
let sql: pg.Client;
let child: ChildProcess;
let url: string;

// The product as a process of its own: what a bomb does to it, it does to nobody else.
beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
  };
  const main = join(import.meta.dirname, '../../dist/main.js');
  child = spawn(process.execPath, [main], { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((resolve) => child.stdout!.once('data', (line) => resolve(String(line).trim())));
  sql = new pg.Client(database.url);
  await sql.connect();
});
afterAll(async () => {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
  await sql.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const send = async (bytes: Uint8Array) =>
  fetch(`${url}api/docx`, {
    method: 'POST',
    body: fileForm(bytes, 'book.docx'),
    headers: await signedIn('reader'),
  });

/** The most this process has ever had in memory; Linux alone tells. */
function peakResidentMb(): number {
  if (process.platform !== 'linux') return 0;
  const kilobytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1];
  return Number(kilobytes) / 1024;
}

describe('a document made to kill its reader', () => {
  it.each(bombs)('%s', async (_what, bytes, status, code) => {
    const bomb = bytes();
    const started = performance.now();
    const response = await send(bomb);
    const body = JSON.parse(await response.text());
    expect(performance.now() - started).toBeLessThan(10_000);
    expect([response.status, body.code, body.credits.charged]).toEqual([status, code, 0]);
    expect(peakResidentMb()).toBeLessThan(MAX_RESIDENT_MB);
    const { rows } = await sql.query(`SELECT held FROM credits.wallets WHERE user_id = 'reader'`);
    expect(rows).toEqual([{ held: '0' }]);
  });

  it('all of them at once, and the next reader is served', async () => {
    const files = bombs.slice(0, 6).map(([, bytes]) => bytes());
    const statuses = await Promise.all(files.map(async (bomb) => (await send(bomb)).status));
    expect(statuses).toEqual(statuses.map(() => 422));
    expect((await send(fileOf('docx', 'letter.docx'))).status).toBe(201);
    expect(peakResidentMb()).toBeLessThan(MAX_RESIDENT_MB);
  });
});
