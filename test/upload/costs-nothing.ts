import { expect } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Product } from '../app/product.js';
import { until } from '../support/until.js';

const FOLDERS = ['documents', 'recordings', 'exports', 'incoming'];

/** What a hold that was given back leaves: a row that says so, its reason and its name, and two versions of its wallet. */
const LEFT_BY_A_RELEASED_HOLD = ['credits.ended_holds', 'credits.reasons', 'credits.descriptions'];
const OF_A_RELEASED_HOLD = `'{version, updated_at, holds_due_at}'::text[]`;

/**
 * Everything that a request which came to nothing must leave as it was: every row of every table of ours, and every
 * file. `isHeld`: a hold was made for it and given back.
 */
async function tracesOf(product: Product, isHeld: boolean): Promise<unknown> {
  const files = await Promise.all(
    FOLDERS.map((folder) => readdir(join(product.dataDir, 'files', folder)).catch(() => [])),
  );
  const tables = await product.sql.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
      WHERE table_schema IN ('credits', 'library', 'payments') AND table_type = 'BASE TABLE'`,
  );
  const everyRow = tables.rows.map(({ name }) => {
    const row = isHeld ? `to_jsonb(t) - ${OF_A_RELEASED_HOLD}` : 'to_jsonb(t)';
    const released = isHeld && LEFT_BY_A_RELEASED_HOLD.includes(name) ? 'WHERE false' : '';
    return `SELECT '${name} ' || (${row})::text AS row FROM ${name} t ${released}`;
  });
  const { rows } = await product.sql.query<{ row: string }>(`${everyRow.join(' UNION ALL ')} ORDER BY row`);
  return { files, rows: rows.map(({ row }) => row) };
}

/** Does what must come to nothing: no row changed, no hold left, no file, and the process is alive. */
export async function costsNothing(
  product: Product,
  act: () => Promise<void>,
  { eventually = false, isHeld = true } = {},
): Promise<void> {
  const before = await tracesOf(product, isHeld);
  await act();
  // A client that has left gets no answer that would tell when all is over.
  if (eventually) await until(async () => isDeepStrictEqual(await tracesOf(product, isHeld), before));
  await scratchIsNameless(product);
  expect(await tracesOf(product, isHeld)).toEqual(before);
  expect((await product.call(null, '/health/live')).status).toBe(200);
}

/** A refusal as it must be, of whatever comes in: the sentence, never the machine behind it. */
export const MACHINERY = /\bat .*\.[jt]s:|SELECT|INSERT|node_modules/;

export function expectProblem({ status, body, text, headers }: Answer, ...expected: [number, string]): void {
  expect([status, body?.code]).toEqual(expected);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body.credits).toMatchObject({ charged: 0 });
  expect(text).not.toMatch(MACHINERY);
}

/** A request's head and the beginning of its body: the sender leaves before the end. */
export function halfAnUpload(path: string, authorization: string, content: Buffer, bytes: number): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${bytes}\r\n\r\n` +
    '--b\r\nContent-Disposition: form-data; name="file"; filename="half"\r\n\r\n';
  return Buffer.concat([Buffer.from(head), content]);
}

/** A process that was ended is made anew, and its scratch has a name for an instant. */
async function scratchIsNameless({ dataDir }: Product): Promise<void> {
  const isEmpty = async () =>
    (await readdir(join(dataDir, 'files', 'incoming')).catch(() => [])).length === 0;
  await until(isEmpty, 1_000).catch(() => undefined);
}
