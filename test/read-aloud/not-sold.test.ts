import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openProduct, type Product } from '../app/product.js';

let product: Product;
beforeAll(async () => {
  product = await openProduct();
});
afterAll(() => product.close());

test('reading aloud is not there where it has no price', async () => {
  await product.open('reader', 10);
  expect((await product.call('reader', `/api/documents/${randomUUID()}/aloud`)).status).toBe(404);
});
