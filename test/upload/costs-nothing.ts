import { expect } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Product } from '../app/product.js';
import { until } from '../support/until.js';

const FOLDERS = ['documents', 'recordings', 'exports', 'incoming'];

/** Everything that a request which came to nothing must leave as it was. */
async function tracesOf(product: Product, user: string): Promise<unknown> {
  const files = await Promise.all(
    FOLDERS.map((folder) => readdir(join(product.dataDir, 'files', folder)).catch(() => [])),
  );
  const { balance, held } = await product.balance(user);
  const { rows } = await product.sql.query(
    `SELECT (SELECT count(*) FROM credits.entries WHERE user_id = $1)::int AS entries,
            (SELECT count(*) FROM credits.holds WHERE user_id = $1 AND state = 'held')::int AS holds,
            (SELECT count(*) FROM library.documents)::int AS documents,
            (SELECT count(*) FROM library.recordings)::int AS recordings,
            (SELECT count(*) FROM library.exports)::int AS exports,
            (SELECT count(*) FROM library.jobs)::int AS jobs`,
    [user],
  );
  return { files, balance, held, ...rows[0] };
}

/** Does what must come to nothing: no credit moved, no hold left, no file, no row, and the process is alive. */
export async function costsNothing(
  product: Product,
  user: string,
  act: () => Promise<void>,
  { eventually = false } = {},
): Promise<void> {
  const before = await tracesOf(product, user);
  await act();
  // Who has left gets no answer that would tell when all is over.
  if (eventually) await until(async () => isDeepStrictEqual(await tracesOf(product, user), before));
  expect(await tracesOf(product, user)).toEqual(before);
  expect((await product.call(null, '/health/live')).status).toBe(200);
}

export function expectProblem({ status, body, text, headers }: Answer, ...expected: [number, string]): void {
  expect([status, body?.code]).toEqual(expected);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body.credits).toMatchObject({ charged: 0 });
  expect(text).not.toMatch(/\bat .*\.[jt]s:|SELECT|INSERT|node_modules/);
}

/** A request's head and the beginning of its body: the sender leaves before the end. */
export function halfAnUpload(path: string, authorization: string, content: Buffer, bytes: number): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${bytes}\r\n\r\n` +
    '--b\r\nContent-Disposition: form-data; name="file"; filename="half"\r\n\r\n';
  return Buffer.concat([Buffer.from(head), content]);
}
