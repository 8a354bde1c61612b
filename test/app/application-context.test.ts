import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import { CreditsService } from '../../src/credits/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-context-'));
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('DROP SCHEMA IF EXISTS credits CASCADE; DROP SCHEMA IF EXISTS library CASCADE');
  await client.end();
});
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What would keep a process alive. Servers take their time to see a connection end. */
async function kept(): Promise<string[]> {
  await delay(200, undefined, { ref: false });
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /Timeout|Immediate|TCP|TLS/.test(kind))
    .sort();
}

test('an application context, without a server, migrates an empty database and moves credits', async () => {
  Object.assign(process.env, { DATABASE_URL: database.url, DATA_DIR: dataDir });
  const context = await NestFactory.createApplicationContext(AppModule, {
    logger: false,
    abortOnError: false,
  });
  const credits = context.get(CreditsService);
  await credits.grant({ userId: 'alice', credits: 10, reason: 'to begin with', actor: 'test' });
  expect(await credits.charge({ userId: 'alice', action: 'txt_upload' })).toMatchObject({
    charged: 3,
    balance: 7,
  });
  await context.close();
});

test('leaves nothing behind that keeps its process: a job ends when it is closed, and Jest has nothing to wait for', async () => {
  const before = await kept();
  const context = await NestFactory.createApplicationContext(AppModule, {
    logger: false,
    abortOnError: false,
  });
  const credits = context.get(CreditsService);
  const { id: holdId } = await credits.hold({ userId: 'alice', action: 'txt_upload' });
  await credits.capture({ holdId });
  await context.close();
  expect(await kept()).toEqual(before);
});
