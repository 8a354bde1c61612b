import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { apiTypes } from '../../scripts/api-types.mjs';
import { openProduct, type Product } from '../app/product.js';
import { expectRecorded } from './recorded.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct();
});
afterAll(() => product.close());

test('the client knows the answers as /openapi.json describes them', async () => {
  const { body } = await product.call(null, '/openapi.json');
  await expectRecorded('src/client/shapes.ts', apiTypes(body));
});

test('a schema that has no type here is a fault and not `any`', () => {
  expect(() => apiTypes({ components: { schemas: { Odd: { type: 'tuple' } } } })).toThrow('No type');
});
