import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { UniqueNames } from '../../src/export/names.js';
import { safeName } from '../../src/library/safe-name.js';
import { openProduct, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { filesOf } from './files-of.js';
import { openShelf, type Shelf } from './shelf.js';
import { Writing } from './writing.js';

const writing = new Writing();
let product: Product;
let shelf: Shelf;

beforeAll(async () => {
  product = await openProduct();
  shelf = await openShelf(product, 100);
});
afterAll(async () => {
  await product.close();
  writing.end();
});

async function exported(body: object): Promise<Map<string, Buffer>> {
  const { status, body: made } = await shelf.post({ format: 'zip', ...body });
  expect([status, made.code]).toEqual([201, undefined]);
  return filesOf((await shelf.download(made.id)).bytes);
}

describe('a ZIP', () => {
  test('has documents, recordings, and a manifest whose hashes are right', async () => {
    const text = await shelf.store(Buffer.from('A Chapter\n\nIt was a dark night.\n'), 'chapter.txt');
    const files = await exported({ documentIds: [shelf.documentId, text], audioIds: [shelf.audioId] });
    expect([...files.keys()]).toEqual([
      'documents/The Sea and the Keeper.docx',
      'documents/A Chapter.txt',
      'recordings/of the sea.flac',
      'manifest.json',
    ]);
    const manifest = JSON.parse(String(files.get('manifest.json')));
    expect(manifest.title).toBe('The Sea and the Keeper');
    const listed = [...manifest.documents, ...manifest.recordings];
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([shelf.documentId, text, shelf.audioId]);
    for (const { file, bytes, sha256 } of listed) {
      expect(files.get(file)!.length).toBe(bytes);
      expect(createHash('sha256').update(files.get(file)!).digest('hex')).toBe(sha256);
    }
    expect(files.get('recordings/of the sea.flac')!.equals(fileOf('audio', 'tone.flac'))).toBe(true);
    expect(String(files.get('documents/A Chapter.txt'))).toBe('A Chapter\n\nIt was a dark night.\n');
    expect(manifest.recordings[0]).toMatchObject({ container: 'flac', sampleRate: 44_100 });
  });

  test('has each document as it would be exported by itself', async () => {
    const files = await exported({ documentIds: [shelf.documentId] });
    const { blocks } = await writing.read(files.get('documents/The Sea and the Keeper.docx')!);
    const stored = await product.call(shelf.user, `/api/documents/${shelf.documentId}`);
    expect(blocks).toEqual(stored.body.blocks);
  });

  test('has no two files of one name', async () => {
    const titles = ['Same', 'same', 'SAME (2)'];
    const documentIds = [];
    for (const title of titles) documentIds.push(await shelf.store(Buffer.from(title), 'x.txt'));
    const names = [...(await exported({ documentIds })).keys()].filter((name) => name !== 'manifest.json');
    expect(names).toEqual(['documents/Same.txt', 'documents/same (2).txt', 'documents/SAME (2) (2).txt']);
  });

  test('of recordings alone is called after the first', async () => {
    const { body } = await shelf.post({ format: 'zip', audioIds: [shelf.audioId] });
    expect(body.filename).toBe('of the sea.zip');
  });
});

describe('a name that somebody gave becomes one that any file system takes:', () => {
  test.each([
    ['../../etc/passwd', 'etc passwd'],
    ['..', 'untitled'],
    ['a:b*c?"d"<e>|f\\g/h', 'a b c d e f g h'],
    ['CON', '_CON'],
    ['.hidden. ', 'hidden'],
    ['gpj.\u202eexe', 'gpj. exe'],
    ['naïve'.normalize('NFD'), 'naïve'.normalize('NFC')],
    ['x'.repeat(101), 'x'.repeat(100)],
    ['🌊'.repeat(101), '🌊'.repeat(60)],
    ['吾輩は猫である'.repeat(20), '吾輩は猫である'.repeat(20).slice(0, 80)],
    // Letters of several signs stay whole, and one that is longer than a name does not.
    ['👩‍👩‍👧'.repeat(20), '👩‍👩‍👧'.repeat(13)],
    ['ก็'.repeat(90), 'ก็'.repeat(40)],
    [`a${'\u0301'.repeat(500)}`, `á${'\u0301'.repeat(99)}`.normalize('NFC')],
    ['con.draft', '_con.draft'],
    ['COM¹', '_COM¹'],
    ['\u1112\u1161\u11ab\u1100\u1173\u11af', '한글'],
    ['Größe 50% (Jo’s)', 'Größe 50% (Jo’s)'],
  ])('%s', (given, safe) => {
    expect(safeName(given)).toBe(safe);
  });
});

test('a name and the number of its copy are no longer than a file system takes', () => {
  const names = new UniqueNames();
  const longest = safeName('猫'.repeat(200));
  const taken = Array.from({ length: 120 }, () => names.take(longest, 'docx'));
  expect(new Set(taken).size).toBe(120);
  expect(Math.max(...taken.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(255);
});
