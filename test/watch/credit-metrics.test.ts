import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '../../src/watch/metrics.js';
import { until } from '../support/until.js';
import { openProduct, upload, type Product } from '../app/product.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct();
  await product.open('alice', 4);
});
afterAll(() => product.close());

/** The value of one series now, for the route shows it a second late; undefined while there is no such series. */
async function valueOf(series: string): Promise<number | undefined> {
  const text = await product.app.get(Metrics).registry.metrics();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('counts what the ledger decided, by verb and outcome, and the statements that carried it', async () => {
  const before = (await valueOf('credits_statements_total'))!;
  await product.call('alice', '/api/upload/txt', upload('paid for'));
  await product.call('alice', '/api/upload/txt', upload('not paid for'));
  expect(await valueOf('credits_operations_total{verb="hold",outcome="done"}')).toBe(1);
  expect(await valueOf('credits_operations_total{verb="capture",outcome="done"}')).toBe(1);
  expect(await valueOf('credits_operations_total{verb="hold",outcome="insufficient"}')).toBe(1);
  expect((await valueOf('credits_statements_total'))! - before).toBeGreaterThanOrEqual(3);
  expect(await valueOf('credits_operations_waiting')).toBe(0);
  expect(await valueOf('credits_holds_running')).toBe(0);
});

test('tells a balance from the cache, one that was not there and one that had to be read', async () => {
  await until(async () => (await valueOf('credits_display_listening')) === 1);
  const reads = async () =>
    Promise.all(
      ['hit', 'miss', 'bypass'].map((cache) => valueOf(`credits_display_reads_total{cache="${cache}"}`)),
    );
  const [hits, misses, bypasses] = await reads();
  await product.open('bob', 1);
  let fromDatabase = 0;
  // The news of his wallet's opening may come amid the first read, which is not kept then.
  while ((await product.call('bob', '/api/credits')).body.source !== 'cache') fromDatabase += 1;
  expect(fromDatabase).toBeGreaterThanOrEqual(1);
  await product.call('bob', '/api/credits?refresh=true');
  expect(await reads()).toEqual([hits! + 1, misses! + fromDatabase, bypasses! + 1]);
  expect(await valueOf('credits_display_copies')).toBeGreaterThanOrEqual(1);
});

test('shows that the sweeper sweeps', async () => {
  const before = (await valueOf('credits_sweeps_total'))!;
  await until(async () => (await valueOf('credits_sweeps_total'))! > before);
});

test('has a line in docs/operating.md for each measure of ours, and none for another', async () => {
  const { text } = await product.call(null, '/metrics');
  const measured = [...text.matchAll(/^# TYPE ((?:credits|creditgate|http)_\w+)/gm)].map(([, name]) => name);
  const documented = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8').matchAll(
    /^\| `((?:credits|creditgate|http)_\w+)/gm,
  );
  expect([...documented].map(([, name]) => name).sort()).toEqual(measured.sort());
});
