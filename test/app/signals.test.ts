import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { environmentOf, startProgram } from '../admin/child.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-signals-'));
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

// `npm start` in a terminal: Ctrl-C reaches npm and its child, and npm tells the child again.
test('a signal and its echo drain, as one does; the next one ends the process', async () => {
  const env = { ...environmentOf({ databaseUrl: database.url, dataDir }), DRAIN_SECONDS: '20' };
  const { child, result } = startProgram('main.js', env);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const live = async () => (await fetch(`${/^http\S+\//.exec(String(line))![0]}health/live`)).status;
  child.kill('SIGINT');
  await delay(50);
  child.kill('SIGINT');
  await delay(1_500);
  expect(await live()).toBe(200);
  child.kill('SIGINT');
  expect(await result).toMatchObject({ code: null, err: '' });
});
