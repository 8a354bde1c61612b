import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import type { Block } from '../../src/library/blocks.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { costsNothing, expectProblem, halfAnUpload } from '../upload/costs-nothing.js';
import { badDocx } from './bad-docx.js';
import { docx, documentOf, docxParts, paragraphOf, relationships, zip } from './zip.js';

let product: Product;
let users = 0;

beforeAll(async () => {
  product = await openProduct();
});
afterAll(() => product.close());

async function richUser(credits = 20): Promise<string> {
  users += 1;
  await product.open(`writer-${users}`, credits);
  return `writer-${users}`;
}
const send = (user: string, bytes: Uint8Array, headers = {}, name = 'book.docx') =>
  product.call(user, '/api/docx', upload(bytes, name, headers));

describe('a document', () => {
  test('is stored, counted and charged 5', async () => {
    const user = await richUser();
    const { status, headers, body } = await send(user, fileOf('docx', 'chapter.docx'), {}, 'anything.bin');
    expect([status, body.code]).toEqual([201, undefined]);
    const { id, credits, ...facts } = body;
    expect(facts).toEqual({
      kind: 'docx',
      title: 'The Sea and the Keeper',
      characters: 339,
      words: 71,
      paragraphs: 16,
      headings: [
        { level: 1, text: 'The Harbour' },
        { level: 2, text: 'A scene by the sea' },
      ],
    });
    expect(credits).toMatchObject({ charged: 5, available: 15, held: 0 });
    expect(headers.get('x-credits-charged')).toBe('5');
    const stored = await product.call(user, `/api/documents/${id}`);
    expect(stored.body).toMatchObject({ ...facts, id, filename: 'anything.bin', encoding: null });
    const texts = stored.body.blocks.map(({ runs }: Block) => runs.map(({ text }) => text).join(''));
    expect([...texts.join('')].length).toBe(facts.characters);
    expect(texts).toHaveLength(facts.paragraphs);
  });

  test('is charged once for a key, and answered byte for byte again', async () => {
    const user = await richUser();
    const key = { 'idempotency-key': 'document-0001' };
    const first = await send(user, fileOf('docx', 'letter.docx'), key);
    const again = await send(user, fileOf('docx', 'letter.docx'), key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await send(user, fileOf('docx', 'page.docx'), key)).body.code).toBe('idempotency_key_reused');
    expect(await product.balance(user)).toMatchObject({ balance: 15, held: 0 });
    expect((await product.call(user, '/api/documents')).body.data).toHaveLength(1);
  });

  test('of 20,000 paragraphs is read whole', async () => {
    const user = await richUser();
    const bytes = docx(
      Array.from({ length: 20_000 }, (_, n) => paragraphOf(`Paragraph number ${n}`)).join(''),
    );
    const { status, body } = await send(user, bytes);
    expect([status, body.paragraphs, body.words]).toEqual([201, 20_000, 60_000]);
  });

  test.each([
    ['a line end', Buffer.from('\r\n')],
    ['zeroes that fill a block', Buffer.alloc(100_000)],
    [
      'a page of HTML that ends like a ZIP',
      Buffer.from(`<html>PK\x05\x06${'x'.repeat(30)}</html>`, 'latin1'),
    ],
  ])('with %s behind its end is whole', async (_what, behind) => {
    const letter = fileOf('docx', 'letter.docx');
    const { status, body } = await send(await richUser(), Buffer.concat([letter, behind]));
    expect([status, body.title]).toEqual([201, 'The Letter']);
  });

  test('never makes the server fetch what it points to', async () => {
    const user = await richUser();
    const asked: string[] = [];
    const server = (await import('node:http')).createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const there = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const links = ['image', 'hyperlink', 'attachedTemplate', 'subDocument', 'styles', 'footnotes'].map(
      (kind) => [kind, `${there}/${kind}`, 'External'] as [string, string, string],
    );
    const { status } = await send(
      user,
      docx(paragraphOf('With links'), [{ name: 'word/_rels/document.xml.rels', data: relationships(links) }]),
    );
    server.close();
    expect([status, asked]).toEqual([201, []]);
  });
});

describe('costs nothing and leaves nothing', () => {
  test.each(badDocx)('%s', async (_what, bytes, status, code, says = /./) => {
    const user = await richUser();
    await costsNothing(product, async () => {
      const answer = await send(user, bytes());
      expectProblem(answer, status, code);
      expect(answer.body.detail).toMatch(says);
    });
  });

  test('a handler that fails after the files are in their place', async () => {
    const user = await richUser();
    await product.sql.query(
      `ALTER TABLE library.documents ADD CONSTRAINT no_poison CHECK (filename <> 'poison.docx')`,
    );
    await costsNothing(product, async () =>
      expectProblem(await send(user, fileOf('docx', 'letter.docx'), {}, 'poison.docx'), 500, 'internal'),
    );
  });

  test('a client that leaves in mid-upload', async () => {
    const user = await richUser();
    const { authorization } = await signedIn(user);
    const leave = async () => {
      const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
      socket.write(halfAnUpload('/api/docx', authorization!, fileOf('docx', 'letter.docx'), 50_000));
      await until(async () => (await product.balance(user)).held === 5);
      socket.destroy();
      await until(async () => (await product.balance(user)).held === 0);
    };
    await costsNothing(product, leave, { eventually: true });
  });

  test('nothing but the first try is refused: the same document, whole, is charged afterwards', async () => {
    const user = await richUser(5);
    const whole = zip(docxParts(documentOf(paragraphOf('At last'))));
    expect((await send(user, whole.subarray(0, 300))).status).toBe(422);
    expect((await send(user, whole)).status).toBe(201);
    expect((await send(user, whole)).status).toBe(402);
  });
});
