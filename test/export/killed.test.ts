import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileForm } from '../app/product.js';
import { startProduct, type ProductProcess } from '../app/product-process.js';
import { docx, paragraphOf } from '../docx/zip.js';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { postOf } from './shelf.js';

const book = docx(Array.from({ length: 40_000 }, (_, n) => paragraphOf(`Paragraph ${n}`)).join(''));
/** Milliseconds; the machine may have other things to do. */
const PATIENCE = 120_000;
let product: ProductProcess;

beforeAll(async () => {
  // A hold of somebody who died is free again soon.
  product = await startProduct({ CREDIT_HOLD_TTL_SECONDS: '2' });
});
afterAll(() => product.close());

const ask = async (path: string, init: RequestInit = {}) =>
  fetch(`${product.url}api/${path}`, {
    ...init,
    headers: { ...init.headers, ...(await signedIn('author')) },
  });
const filesIn = (folder: string) => readdir(join(product.dataDir, 'files', folder)).catch(() => []);
const traces = async () => {
  const { rows } = await product.sql.query(
    `SELECT balance::int, held::int, (SELECT count(*)::int FROM library.exports) AS exports
       FROM credits.wallets WHERE user_id = 'author'`,
  );
  return { ...rows[0], files: (await filesIn('exports')).length, staged: (await filesIn('incoming')).length };
};

describe('a process killed in the middle of an export', () => {
  test(
    'has charged nothing; its hold and what it had written are gone after the next start',
    async () => {
      const stored = await ask('docx', { method: 'POST', body: fileForm(book, 'book.docx') });
      const { id } = (await stored.json()) as { id: string };
      const before = await traces();
      expect(before).toMatchObject({ balance: 95, held: 0, staged: 0 });
      const request = ask('export', postOf({ format: 'pdf', documentIds: [id] })).catch(() => 'broken off');
      // It is being written: into a scratch without a name, which goes with the process.
      const isBegun = async () =>
        ((await (await ask('export')).json()) as { running: unknown[] }).running.length > 0;
      await until(isBegun, PATIENCE);
      expect(await traces()).toMatchObject({ balance: 95, held: 15, exports: 0 });
      await product.kill();
      expect(await request).toBe('broken off');

      // The sweeper leaves alone what may still be somebody's for an hour.
      const anHourAgo = new Date(Date.now() - 61 * 60_000);
      for (const staged of await filesIn('incoming')) {
        await utimes(join(product.dataDir, 'files', 'incoming', staged), anHourAgo, anHourAgo);
      }
      await product.start();
      // Looked at once: what makes files apart keeps two of its own there for a moment when it begins.
      let after: { staged: number; held: number } | undefined;
      await until(async () => {
        after = (await traces()) as { staged: number; held: number };
        return after.staged === 0 && after.held === 0;
      }, PATIENCE);
      expect(after).toEqual(before);
    },
    PATIENCE,
  );
});
