import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openProduct, type Product } from './product.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'creditgate-readme-'));
let product: Product;

beforeAll(async () => {
  delete process.env['AUTH_JWT_SECRET'];
  product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '', CREDIT_SIGNUP_GRANT: '100' });
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the walk through the README runs as it stands', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const script = /<!-- walk-through.*?```sh\n(.*?)```/s
    .exec(readme)![1]!
    .replace('http://127.0.0.1:3000', product.url);
  // In a folder of its own, and each answer on a line of its own.
  const prelude = `set -e; npm() { command npm --prefix '${root}' "$@"; }; curl() { command curl "$@"; echo; }\n`;
  const env = { ...process.env, DATA_DIR: product.dataDir };
  const { stdout } = await promisify(execFile)('bash', ['-c', prelude + script], { cwd: folder, env });
  const [before, prices, first, again, after, history] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(before.credits).toBe(100);
  expect(prices.prices).toContainEqual({ action: 'txt_upload', credits: 3 });
  expect(first).toMatchObject({ title: 'A Chapter', credits: { charged: 3 } });
  expect(again).toEqual(first);
  expect(after.credits).toBe(97);
  expect(history.data.map(({ kind }: { kind: string }) => kind)).toEqual(['charge', 'grant']);
}, 120_000);
