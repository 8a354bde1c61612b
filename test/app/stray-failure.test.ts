import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startProduct } from './product-process.js';

/** Fails in the process of the product, a while after it has begun to serve, and nobody waits for it. */
const STRAY = `setTimeout(() => Promise.reject(new Error('stray')), 6_000)`;

test('a promise that fails with nobody waiting for it ends no process', async () => {
  const product = await startProduct({}, ['--import', `data:text/javascript,${encodeURIComponent(STRAY)}`]);
  try {
    await delay(6_500);
    expect(product.isUp).toBe(true);
    expect((await fetch(`${product.url}health/ready`)).status).toBe(200);
  } finally {
    await product.close();
  }
});
