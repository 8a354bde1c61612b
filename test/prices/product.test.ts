import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openProduct, upload, type Answer, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { silence } from './silence.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct({
    CREDIT_COST_AUDIO_UPLOAD: '2 per 60 second, at least 2',
    CREDIT_COST_TXT_UPLOAD: '1 per 1000 character, at least 1',
    CREDIT_COST_DOCX_PROCESSING: '1 per 10 character',
  });
});
afterAll(() => product.close());

let users = 0;
async function userWith(credits: number): Promise<string> {
  const user = `reader-${(users += 1)}`;
  await product.open(user, credits);
  return user;
}

const bring = (user: string, path: string, content: string | Uint8Array, headers = {}): Promise<Answer> =>
  product.call(user, path, upload(content, 'chapter.bin', headers));

describe('a product that sells by unit', () => {
  test.each<[string, string, number, number]>([
    ['a recording of half a minute', '/api/upload/audio', 30, 2],
    ['a recording of a minute', '/api/upload/audio', 60, 2],
    ['a recording of a minute and a bit', '/api/upload/audio', 60.2, 3],
    ['a recording of five minutes', '/api/upload/audio', 300, 10],
    ['a text of one sign', '/api/upload/txt', 1, 1],
    ['a text of 1,000 signs', '/api/upload/txt', 1_000, 1],
    ['a text of 1,001 signs', '/api/upload/txt', 1_001, 2],
    ['a text of a novel', '/api/upload/txt', 400_000, 400],
  ])('takes for %s what it measures', async (_what, path, size, charged) => {
    const user = await userWith(500);
    const { status, body } = await bring(user, path, path.endsWith('txt') ? 'é'.repeat(size) : silence(size));
    expect([status, body.credits]).toMatchObject([201, { charged, available: 500 - charged, held: 0 }]);
    expect(await product.balance(user)).toMatchObject({ balance: 500 - charged, held: 0 });
  });

  test('takes for a Word document what it measures', async () => {
    const user = await userWith(50);
    const { status, body } = await bring(user, '/api/docx', fileOf('docx', 'chapter.docx'));
    expect(status).toBe(201);
    expect(body.credits.charged).toBe(Math.ceil(body.characters / 10));
  });

  test('has one line in the history for it, which names what it paid for', async () => {
    const user = await userWith(50);
    const { body } = await bring(user, '/api/upload/txt', 'x'.repeat(2_500));
    const { data } = (await product.call(user, '/api/credits/history?kind=charge')).body;
    expect(data).toMatchObject([{ amount: -3, artefact: { kind: 'document', id: body.id } }]);
  });

  test('turns away before the file is read who has not even the least, and says that it is the least', async () => {
    const user = await userWith(1);
    const { status, body } = await bring(user, '/api/upload/audio', 'no recording at all');
    expect([status, body]).toMatchObject([402, { required: 2, estimate: true, atLeast: { second: 1 } }]);
    expect(body.detail).toBe('audio_upload needs at least 2 credits, 1 is available.');
  });

  test('stores nothing for who has not the whole, charges nothing and says what is missing', async () => {
    const user = await userWith(9);
    const { status, body } = await bring(user, '/api/upload/audio', silence(300));
    expect([status, body]).toMatchObject([
      402,
      { required: 10, available: 9, held: 0, shortfall: 1, credits: { charged: 0, available: 9 } },
    ]);
    expect(body.detail).toBe(
      'audio_upload needs 10 credits, 9 are available. Nothing was stored and nothing is charged.',
    );
    expect((await product.call(user, '/api/audio')).body.data).toEqual([]);
    expect(await product.balance(user)).toMatchObject({ balance: 9, held: 0 });
  });

  test('repeats what it answered, whichever it was', async () => {
    const user = await userWith(9);
    const headers = { 'idempotency-key': 'the same again' };
    const first = await bring(user, '/api/upload/txt', 'x'.repeat(10_000), headers);
    await product.sql.query('UPDATE credits.wallets SET balance = 100 WHERE user_id = $1', [user]);
    const again = await bring(user, '/api/upload/txt', 'x'.repeat(10_000), headers);
    expect([first.status, again.status, again.text]).toEqual([402, 402, first.text]);
    const done = await bring(user, '/api/upload/txt', 'x'.repeat(10_000), { 'idempotency-key': 'and anew' });
    const repeated = await bring(user, '/api/upload/txt', 'x'.repeat(10_000), {
      'idempotency-key': 'and anew',
    });
    expect([done.status, repeated.text]).toEqual([201, done.text]);
    expect(await product.balance(user)).toMatchObject({ balance: 90 });
  });

  test('does not take more than the client agreed to', async () => {
    const user = await userWith(50);
    const { status, body } = await bring(user, '/api/upload/audio', silence(300), { 'x-max-credits': '9' });
    expect([status, body.code, body.required]).toEqual([409, 'price_exceeds_max', 10]);
    expect(await product.balance(user)).toMatchObject({ balance: 50, held: 0 });
  });

  test('lists its prices as they are, and quotes what would be measured', async () => {
    const user = await userWith(20);
    const { prices } = (await product.call(null, '/api/credits/prices')).body;
    expect(prices).toContainEqual({
      action: 'audio_upload',
      rates: [{ credits: 2, per: 60, unit: 'second' }],
      atLeast: 2,
    });
    expect(prices).toContainEqual({ action: 'premium_export', credits: 15 });
    const quote = (body: object) =>
      product.call(user, '/api/credits/quote', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const measured = { second: 601 };
    expect((await quote({ action: 'audio_upload', measured })).body).toMatchObject({
      action: 'audio_upload',
      units: 1,
      measured,
      credits: 21,
      available: 20,
      availableAfter: -1,
      sufficient: false,
    });
    for (const [wrong, path] of [
      [undefined, 'measured'],
      [{ minute: 1 }, 'measured.minute'],
      [{ second: 1.5 }, 'measured.second'],
      [{ second: -1 }, 'measured.second'],
      [{ second: null }, 'measured.second'],
      [[], 'measured'],
      ['5', 'measured'],
    ] as const) {
      const { status, body } = await quote({ action: 'audio_upload', measured: wrong });
      expect([wrong, status, body.code, body.errors?.[0]?.path]).toEqual([
        wrong,
        400,
        'validation_failed',
        path,
      ]);
    }
  });
});
