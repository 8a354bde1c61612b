import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sharedBuffers } from '../../src/database/embedded/settings.js';
import { Place } from './place.js';
import { sql } from './processes.js';

const GIB = 2 ** 30;

test.each([
  ['256 MiB, more than a quarter', 0.25 * GIB, '128MB'],
  ['1 GiB', GIB, '256MB'],
  ['2.5 GiB', 2.5 * GIB, '640MB'],
  ['64 GiB, no more than was measured', 64 * GIB, '4096MB'],
])('the server takes a quarter of the memory: %s', (_memory, bytes, expected) => {
  expect(sharedBuffers(bytes)).toBe(expected);
});

const place = new Place();
beforeAll(place.make);
afterAll(async () => {
  await place.stopAll();
  await place.remove();
});

test('a server that is started has as much of this machine', async () => {
  const server = await place.start();
  const [row] = await sql(
    await server.url(),
    `SELECT setting::bigint * 8 / 1024 || 'MB' AS buffers FROM pg_settings WHERE name = 'shared_buffers'`,
  );
  expect(row).toEqual({ buffers: sharedBuffers() });
});
