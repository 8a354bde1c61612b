import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileForm } from '../app/product.js';
import { startProduct, type ProductProcess } from '../app/product-process.js';
import { fileOf } from '../files/files.js';
import { signedIn } from '../support/app.js';
import { bombs } from './bombs.js';

const MAX_RESIDENT_MB = 400;
let product: ProductProcess;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const send = async (bytes: Uint8Array, user = 'reader') =>
  fetch(`${product.url}api/docx`, {
    method: 'POST',
    body: fileForm(bytes, 'book.docx'),
    headers: await signedIn(user),
  });

describe('a document made to kill its reader', () => {
  test.each(bombs)('%s', async (_what, bytes, status, code) => {
    const bomb = bytes();
    const response = await send(bomb);
    const body = JSON.parse(await response.text());
    expect([response.status, body.code, body.credits.charged]).toEqual([status, code, 0]);
    expect(product.peakResidentMb()).toBeLessThan(MAX_RESIDENT_MB);
    const { rows } = await product.sql.query(`SELECT held FROM credits.wallets WHERE user_id = 'reader'`);
    expect(rows).toEqual([{ held: '0' }]);
  });

  test('all of them at once, and the next reader is served', async () => {
    const files = bombs.slice(0, 6).map(([, bytes]) => bytes());
    const statuses = await Promise.all(
      files.map(async (bomb, user) => (await send(bomb, `reader-${user}`)).status),
    );
    expect(statuses).toEqual(statuses.map(() => 422));
    expect((await send(fileOf('docx', 'letter.docx'))).status).toBe(201);
    expect(product.peakResidentMb()).toBeLessThan(MAX_RESIDENT_MB);
  });
});
