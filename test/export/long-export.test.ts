import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WritingRoom } from '../../src/library/writing-room.js';
import { docx, paragraphOf } from '../docx/zip.js';
import { openProduct, type Product } from '../app/product.js';
import { until } from '../support/until.js';
import { costsNothing } from '../upload/costs-nothing.js';
import { openShelf, postOf, takeSeats, type Shelf } from './shelf.js';

const book = docx(
  Array.from({ length: 40_000 }, (_, n) => paragraphOf(`Paragraph ${n} of a long book`)).join(''),
);
/** Milliseconds; the machine may have other things to do. */
const PATIENCE = 120_000;
let product: Product;
let shelf: Shelf;

beforeAll(async () => {
  product = await openProduct();
  shelf = await openShelf(product, 100, book);
}, PATIENCE);
afterAll(() => product.close());

const wanted = () => ({ format: 'pdf', documentIds: [shelf.documentId], title: 'A long book' });
const stagedFiles = () => readdir(join(product.dataDir, 'files', 'incoming'));
const running = async () => (await product.call(shelf.user, '/api/export')).body.running;

describe('an export that takes long', () => {
  test(
    'tells how far it is, and no longer when it is there',
    async () => {
      const seen: number[] = [];
      const request = shelf.post(wanted()).finally(() => seen.push(1));
      while (seen.at(-1) !== 1) {
        const [job] = await running();
        if (job === undefined) continue;
        expect(job).toMatchObject({ format: 'pdf', title: 'A long book', startedAt: expect.any(String) });
        seen.push(job.progress);
      }
      const { status, body } = await request;
      expect(status).toBe(201);
      const parts = [...new Set(seen)];
      expect(parts.length).toBeGreaterThan(2);
      expect(parts).toEqual(parts.toSorted((a, b) => a - b));
      expect(await running()).toEqual([]);
      expect((await product.call(shelf.user, '/api/export')).body.data[0].id).toBe(body.id);
    },
    PATIENCE,
  );

  test(
    'is given up when its client leaves: it costs nothing, its thread and its file are gone',
    async () => {
      const room = product.app.get(WritingRoom, { strict: false });
      const leave = async () => {
        const client = new AbortController();
        const init = { ...postOf(wanted()), signal: client.signal };
        const request = expect(product.call(shelf.user, '/api/export', init)).rejects.toThrow();
        await until(async () => (await stagedFiles()).length === 1, PATIENCE);
        expect(await product.balance(shelf.user)).toMatchObject({ held: 15 });
        client.abort();
        await request;
        await until(async () => room.running === 0 && (await product.balance(shelf.user)).held === 0);
      };
      await costsNothing(product, leave, { eventually: true });
      expect(await stagedFiles()).toEqual([]);
    },
    PATIENCE,
  );
});

describe('an export that takes longer than a request may', () => {
  test(
    'is made all the same: writing has limits of its own',
    async () => {
      const hasty = await openProduct({}, 2_000);
      try {
        const { documentId, post } = await openShelf(hasty, 15);
        const others = takeSeats(hasty.app.get(WritingRoom, { strict: false }), 3);
        expect((await post({ format: 'pdf', documentIds: [documentId] })).status).toBe(201);
        await others.leave();
      } finally {
        await hasty.close();
      }
    },
    PATIENCE,
  );
});
