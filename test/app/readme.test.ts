import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openProduct, type Product } from './product.js';
import { documentOf, walk } from './walk.js';

let product: Product;

beforeAll(async () => {
  delete process.env['AUTH_JWT_SECRET'];
  product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '', CREDIT_SIGNUP_GRANT: '100' });
});
afterAll(() => product.close());

it('the walk through the README runs as it stands', async () => {
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
