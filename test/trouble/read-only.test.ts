import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openProduct, upload, type Answer, type Product } from '../app/product.js';
import { until } from '../support/until.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct({ CREDIT_DISPLAY_CACHE_TTL_SECONDS: '0' });
  await product.open('alice', 1_000);
});
afterAll(() => product.close());

const read = () => product.call('alice', '/api/credits');
const pay = (key: string) =>
  product.call('alice', '/api/upload/txt', upload('a text', undefined, { 'idempotency-key': key }));
const grant = () =>
  product.call(
    'olivia',
    '/api/admin/wallets/alice/grants',
    {
      method: 'POST',
      body: JSON.stringify({ amount: 1, reason: 'thanks' }),
      headers: { 'content-type': 'application/json' },
    },
    { app_metadata: { role: 'admin' } },
  );
const told = ({ status, body, headers }: Answer) => [status, body.code, headers.has('retry-after')];
const UNAVAILABLE = [503, 'credits_unavailable', true];

/** As an operator does it: sessions that are there keep what they were told when they began. */
async function setReadOnly(value: 'on' | 'off', { endSessions }: { endSessions: boolean }): Promise<void> {
  const { rows } = await product.sql.query<{ name: string }>('SELECT current_database() AS name');
  await product.sql.query('SET default_transaction_read_only = off');
  await product.sql.query(`ALTER DATABASE ${rows[0]!.name} SET default_transaction_read_only = ${value}`);
  if (!endSessions) return;
  await product.sql.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

/** Every connection of the pools has a session. */
const crowd = () => Promise.all(Array.from({ length: 10 }, () => read()));

test.each([true, false])(
  'a database that takes no writes is a 503 for them, and normal when it takes them again (its sessions ended: %s)',
  async (endSessions) => {
    await setReadOnly('on', { endSessions: true });
    await until(async () => (await read()).status === 200);
    await crowd();
    const before = (await read()).body;
    for (const ask of [() => pay('not-now-0001'), grant, () => pay('not-now-0001'), grant]) {
      expect(told(await ask())).toEqual(UNAVAILABLE);
    }
    expect((await read()).body).toMatchObject({ available: before.available, version: before.version });

    await crowd();
    await setReadOnly('off', { endSessions });
    // One refusal is enough for a pool to let go of all its old sessions, and an upload needs two pools.
    const key = `now-again-${String(endSessions)}`;
    let tries = 1;
    while ((await pay(key)).status !== 201 && tries < 10) tries += 1;
    expect(tries).toBeLessThanOrEqual(3);
    expect((await grant()).status).toBe(201);
    const after = (await read()).body;
    expect([after.available, after.held]).toEqual([before.available - 3 + 1, 0]);
  },
);
