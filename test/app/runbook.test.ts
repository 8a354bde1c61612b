import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openProduct, type Product } from './product.js';
import { documentOf, walk } from './walk.js';

let product: Product;

beforeAll(async () => {
  delete process.env['AUTH_JWT_SECRET'];
  product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '' });
});
afterAll(() => product.close());

test('the lines of the runbook run as they stand, and show what it says one should see', async () => {
  const scripts = [...documentOf('docs/runbook.md').matchAll(/^```sh\n(.*?)^```/gms)].map(
    ([, script]) => script!,
  );
  expect(scripts.length).toBeGreaterThan(6);
  const lines = await walk(scripts.join('\n'), product);
  const said = lines.join('\n');
  expect(JSON.parse(lines[0]!)).toMatchObject({ status: 'ok' });
  expect(said).toMatch(/ 0 differences$/m);
  expect(said).toMatch(/^credits_display_listening 1$/m);
  expect(said).toMatch(/^credits_operations_waiting 0$/m);
}, 180_000);
