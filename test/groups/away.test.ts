import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { groupOf } from '../../src/credits/plumbing.js';
import { environmentOf, startProgram } from '../admin/child.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { makeOwnServer, type OwnServer } from '../database/own-server.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { mapOf, userIn } from './two-databases.js';

// Two servers, eight groups. One server goes, and comes again: it is an affair of its own users alone.

let here: TestDatabase;
let there: OwnServer;
let product: Product;
let variables: Record<string, string>;

beforeAll(async () => {
  here = await createEmptyDatabase();
  there = await makeOwnServer();
  await there.start();
  variables = {
    CREDIT_GROUPS: '8',
    DATABASE_GROUPS: mapOf(here.url, there.url),
    PAYMENTS: 'off',
    CREDIT_SIGNUP_GRANT: '100',
  };
  product = await openProduct(variables);
}, 120_000);

afterAll(async () => {
  await product.close();
  await there.stop();
  there.remove();
  await here.drop();
  delete process.env['DATABASE_GROUPS'];
  delete process.env['CREDIT_GROUPS'];
});

const group = (userId: string) => groupOf(userId, 8);
const [near, far] = [userIn(1, group), userIn(6, group)];
const pay = async (userId: string) =>
  (await product.call(userId, '/api/upload/txt', upload('A word.'))).status;
const readiness = async () => (await product.call(null, '/health/ready')).status;
const writable = async () => {
  // What was rendered is shown for a second.
  await delay(1_100);
  const { text } = await product.call(null, '/metrics');
  return [...text.matchAll(/credits_groups_writable\{groups="([^"]+)"\} (\d)/g)].map(([, name, value]) => [
    name,
    value,
  ]);
};

describe('a server that goes away', () => {
  test('is 503 for its own users, and the others see no error', async () => {
    expect([await pay(near), await pay(far)]).toEqual([201, 201]);
    expect(await writable()).toEqual([
      ['0-3', '1'],
      ['4-7', '1'],
    ]);
    await there.stop();
    expect(await pay(far)).toBe(503);
    for (let n = 0; n < 10; n += 1) {
      const both = await Promise.all([pay(near), pay(far)]);
      expect(both).toEqual([201, 503]);
    }
    const { status, headers, body } = await product.call(far, '/api/credits?refresh=true');
    expect({ status, code: body.code, retryAfter: headers.has('retry-after') }).toEqual({
      status: 503,
      code: 'credits_unavailable',
      retryAfter: true,
    });
    // Copies of the others are shown as before.
    await until(async () => (await product.call(near, '/api/credits')).body.source === 'cache', 5_000);
    expect(await readiness()).toBe(200);
    expect(await writable()).toEqual([
      ['0-3', '1'],
      ['4-7', '0'],
    ]);
  });

  test('keeps no command waiting that is about another, and ends no start; it joins those that DATA_DIR names', async () => {
    const { dataDir } = product;
    const env = { ...environmentOf({ databaseUrl: here.url, dataDir }), ...variables };
    const startedAt = Date.now();
    const command = startProgram('cli/credits.js', env, ['grant', near, '5', '--reason', 'a server is away']);
    expect(await command.result).toMatchObject({ code: 0, err: '' });
    expect(Date.now() - startedAt).toBeLessThan(20_000);

    const idsIn = () => readFileSync(join(dataDir, 'keys/database.id'), 'utf8').trim().split('\n').length;
    const { child, result } = startProgram('main.js', env);
    await until(() => existsSync(join(dataDir, 'keys/database.id')), 20_000);
    expect(idsIn()).toBe(1);
    await there.start();
    await until(() => idsIn() === 2, 20_000);
    await there.stop();
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ code: 0, err: '' });
  }, 90_000);

  test('at the start is tried again, and its users are served when it is there', async () => {
    await product.close();
    product = await openProduct(variables);
    expect(await readiness()).toBe(200);
    expect([await pay(near), await pay(far)]).toEqual([201, 503]);
    await there.start();
    await until(async () => (await pay(far)) === 201, 20_000);
    expect(await pay(near)).toBe(201);
    await until(async () => (await product.call(far, '/api/credits')).body.source === 'cache', 5_000);
    expect(await writable()).toEqual([
      ['0-3', '1'],
      ['4-7', '1'],
    ]);
  }, 120_000);
});
