import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolder } from '../backup/places.js';
import { createEmptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { openProduct, type Product } from './product.js';
import { documentOf, walk } from './walk.js';

const folder = makeFolder();
let product: Product;
let empty: TestDatabase;

beforeAll(async () => {
  delete process.env['AUTH_JWT_SECRET'];
  product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '', CREDIT_SIGNUP_GRANT: '100' });
});
afterAll(async () => {
  await product.close();
  await empty?.drop();
  removeFolder(folder);
});

test('the walk through the README runs as it stands', async () => {
  const script = /<!-- walk-through.*?```sh\n(.*?)```/s.exec(documentOf('README.md'))![1]!;
  const lines = await walk(script, product);
  const [before, prices, first, again, after, history] = lines.map((line) => JSON.parse(line));
  expect(before.credits).toBe(100);
  expect(prices.prices).toContainEqual({ action: 'txt_upload', credits: 3 });
  expect(first).toMatchObject({ title: 'A Chapter', credits: { charged: 3 } });
  expect(again).toEqual(first);
  expect(after.credits).toBe(97);
  expect(history.data.map(({ kind }: { kind: string }) => kind)).toEqual(['charge', 'grant']);
}, 120_000);

test('the edits by hand of the README run as they stand', async () => {
  const readme = documentOf('README.md');
  const edit = /```sql\n(UPDATE .*?)\n```/s.exec(readme)![1]!;
  const adjust = /`(npm run credits -- adjust .*?)`/.exec(readme)![1]!;
  const before = await product.balance('alice');
  const lines = await walk(`npm run --silent sql -- "${edit}"\n${adjust}`, product);
  expect(lines[0]).toBe('UPDATE 1');
  expect(await product.balance('alice')).toMatchObject({ balance: before.balance + 200 });
}, 60_000);

test('the commands of docs/start.md run as they stand, and open the page as who they say', async () => {
  await product.open('demo', 100);
  const commands = [...documentOf('docs/start.md').matchAll(/`(npm run .*? -- .*?)`/g)].map(
    ([, line]) => line!,
  );
  const lines = await walk(commands.join('\n'), product);
  expect(lines).toContain('UPDATE 1');
  expect(await product.balance('demo')).toMatchObject({ balance: 500 });
  const tokens = lines.flatMap((line) => /#token=(\S+)/.exec(line)?.[1] ?? []);
  const asked = tokens.map((token) =>
    fetch(`${product.url}/api/admin/overview`, { headers: { authorization: `Bearer ${token}` } }),
  );
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 403]);
}, 60_000);

test('the backup of the README, and its restore into an empty database, run as they stand', async () => {
  const section = /<!-- back-up.*?\n## /s.exec(documentOf('README.md'))![0];
  const [backup, restore] = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, lines]) =>
    lines!.replaceAll(/\/var\/(backups|lib)/g, folder),
  );
  expect((await walk(backup!, product)).at(-1)).toMatch(/ rows of \d+ tables, 2 files and 1 key, as of /);
  empty = await createEmptyDatabase();
  const { DATABASE_URL: source } = process.env;
  process.env['DATABASE_URL'] = empty.url;
  const restored = await walk(restore!, product).finally(() => (process.env['DATABASE_URL'] = source));
  expect(restored.at(-1)).toContain('every checksum is right and the books agree');
  expect(existsSync(join(folder, 'credits', 'keys', 'embedded.json'))).toBe(true);
}, 120_000);
