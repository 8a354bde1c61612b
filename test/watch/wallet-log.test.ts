import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { openProduct, upload, type Product } from '../app/product.js';
import { until } from '../support/until.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct({ LOG_LEVEL: 'debug' });
});
afterAll(() => product.close());

test('logs each change of a wallet from what it was to what it is, and copies shown and forgotten, but no token', async () => {
  const lines: string[] = [];
  for (const level of ['log', 'debug'] as const) {
    jest
      .spyOn(Logger.prototype, level)
      .mockImplementation((line: unknown) => void lines.push(`${level} ${String(line)}`));
  }
  await product.open('alice', 10);
  // A change is announced behind its commit, and a copy taken before is read once more.
  await until(async () => {
    await product.call('alice', '/api/credits');
    return lines.some((line) => line.includes('a copy of version 1 is shown'));
  });
  await product.call('alice', '/api/upload/txt', upload('a text'));
  expect(lines).toContainEqual(
    expect.stringMatching(/^log alice: hold, balance 10 → 10, held 3, version 2$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^log alice: capture, balance 10 → 7, held 0, version 3$/),
  );
  expect(lines).toContain('debug alice: a copy of version 1 is shown');
  expect(lines).toContainEqual(
    expect.stringMatching(/^debug alice: copies older than version 2 are forgotten$/),
  );
  expect(lines.join('\n')).not.toMatch(/eyJ/);
});
