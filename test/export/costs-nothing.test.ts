import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WritingRoom } from '../../src/library/writing-room.js';
import { openProduct, type Product } from '../app/product.js';
import { until } from '../support/until.js';
import { costsNothing, expectProblem } from '../upload/costs-nothing.js';
import { openShelf, postOf, takeSeats, type Shelf } from './shelf.js';

let product: Product;
let shelf: Shelf;
let foreign: Shelf;

beforeAll(async () => {
  product = await openProduct();
  shelf = await openShelf(product, 20);
  foreign = await openShelf(product, 20);
});
afterAll(() => product.close());

const unknown = '00000000-0000-4000-8000-000000000000';
const wants = (format: string, more = {}) => ({ format, documentIds: [shelf.documentId], ...more });

type Refusal = [what: string, body: () => object, status: number, code: string];

const refusals: Refusal[] = [
  ['a missing document', () => wants('pdf', { documentIds: [unknown] }), 404, 'not_found'],
  [
    'one missing among others',
    () => wants('zip', { documentIds: [shelf.documentId, unknown] }),
    404,
    'not_found',
  ],
  ['somebody else’s document', () => wants('docx', { documentIds: [foreign.documentId] }), 404, 'not_found'],
  ['somebody else’s recording', () => wants('zip', { audioIds: [foreign.audioId] }), 404, 'not_found'],
  ['no id', () => ({ format: 'pdf' }), 400, 'validation_failed'],
  ['no id, in lists', () => ({ format: 'pdf', documentIds: [], audioIds: [] }), 400, 'validation_failed'],
  ['recordings in a PDF', () => wants('pdf', { audioIds: [shelf.audioId] }), 400, 'validation_failed'],
  ['no format', () => ({ documentIds: [shelf.documentId] }), 400, 'validation_failed'],
  ['another format', () => wants('exe'), 400, 'validation_failed'],
  ['a format in a list', () => wants(['txt'] as never), 400, 'validation_failed'],
  ['an unknown member', () => wants('pdf', { userId: 'author-1' }), 400, 'validation_failed'],
  ['what is no id', () => wants('pdf', { documentIds: ['../../etc/passwd'] }), 400, 'validation_failed'],
  ['a number for an id', () => wants('pdf', { documentIds: [1] }), 400, 'validation_failed'],
  ['no list', () => wants('pdf', { documentIds: shelf.documentId }), 400, 'validation_failed'],
  [
    'the same twice',
    () => wants('pdf', { documentIds: [shelf.documentId, shelf.documentId.toUpperCase()] }),
    400,
    'validation_failed',
  ],
  [
    '101 ids',
    () =>
      wants('pdf', { documentIds: Array.from({ length: 101 }, (_, n) => unknown.slice(0, -3) + (100 + n)) }),
    400,
    'validation_failed',
  ],
  ['a title of 201 characters', () => wants('pdf', { title: 'x'.repeat(201) }), 400, 'validation_failed'],
  ['a title that is none', () => wants('pdf', { title: 5 }), 400, 'validation_failed'],
  ['null for a title', () => wants('pdf', { title: null }), 400, 'validation_failed'],
  ['null for a list', () => wants('zip', { audioIds: null }), 400, 'validation_failed'],
];

describe('costs nothing and leaves nothing', () => {
  test.each(refusals)('%s', async (_what, body, status, code) => {
    await costsNothing(product, async () => expectProblem(await shelf.post(body()), status, code));
  });

  test('more than a thread can write, or than a gigabyte of recordings', async () => {
    const change = (table: string, set: string, id: string) =>
      product.sql.query(`UPDATE library.${table} SET ${set} WHERE id = $1`, [id]);
    await change('documents', 'paragraphs = 100001', foreign.documentId);
    await change('recordings', 'bytes = 1073741825', foreign.audioId);
    for (const format of ['docx', 'pdf']) {
      await costsNothing(product, async () =>
        expectProblem(
          await foreign.post({ format, documentIds: [foreign.documentId] }),
          422,
          'file_too_complex',
        ),
      );
    }
    await costsNothing(product, async () =>
      expectProblem(
        await foreign.post({ format: 'zip', audioIds: [foreign.audioId] }),
        413,
        'payload_too_large',
      ),
    );
  });

  test('a handler that fails after the file is in its place', async () => {
    await product.sql.query(
      `ALTER TABLE library.exports ADD CONSTRAINT no_poison CHECK (filename <> 'poison.pdf')`,
    );
    await costsNothing(product, async () =>
      expectProblem(await shelf.post(wants('pdf', { title: 'poison' })), 500, 'internal'),
    );
  });

  test('a writer that fails in the middle', async () => {
    const { documentId, audioId, post } = await openShelf(product, 20);
    const recording = join(product.dataDir, 'files', 'recordings', audioId, 'original');
    // A manifest must not vouch for what is not what was uploaded.
    await writeFile(recording, 'something else');
    const wanted = { format: 'zip', documentIds: [documentId], audioIds: [audioId] };
    await costsNothing(product, async () => expectProblem(await post(wanted), 500, 'internal'));
    await rm(recording);
    await costsNothing(product, async () => expectProblem(await post(wanted), 500, 'file_lost'));
  });

  test('a client that leaves while its export waits to be written', async () => {
    const room = product.app.get(WritingRoom, { strict: false });
    const leave = async () => {
      const others = takeSeats(room, 60);
      const client = new AbortController();
      const init = { ...postOf(wants('pdf')), signal: client.signal };
      const request = expect(product.call(shelf.user, '/api/export', init)).rejects.toThrow();
      await until(() => room.waiting === 1);
      client.abort();
      await request;
      // The place it waited for is free at once, for who is still here.
      await until(() => room.waiting === 0);
      await others.leave();
    };
    await costsNothing(product, leave, { eventually: true });
  });
});
