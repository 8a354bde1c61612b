import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileOf } from '../files/files.js';
import { Described } from './described.js';
import { fileForm, openProduct, upload, type Answer, type Product } from './product.js';

let product: Product;
let described: Described;

beforeAll(async () => {
  product = await openProduct({ RATE_LIMIT_PER_MINUTE: '1000', CREDIT_SIGNUP_GRANT: '45' });
  described = await Described.by(product);
});
afterAll(() => product.close());

describe('what the server answers is what the description says', () => {
  const faults: string[] = [];
  const answers: Record<string, Answer> = {};
  const call = async (route: string, path: string, init?: RequestInit, user: string | null = 'alice') => {
    const answer = await product.call(user, path, { method: route.split(' ')[0]!, ...init });
    faults.push(...described.faultsOfAnswer(route, answer));
    answers[`${route} ${answer.status}`] = answer;
    return answer;
  };
  const post = (body: object): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

  test('for everything that a customer does', async () => {
    await call('GET /api/credits', '/api/credits');
    await call('GET /api/auth/credits', '/api/auth/credits?refresh=true');
    await call('GET /api/credits/prices', '/api/credits/prices', {}, null);
    await call('POST /api/credits/quote', '/api/credits/quote', post({ action: 'txt_upload', units: 4 }));
    const keyed = { 'idempotency-key': 'chapter-0001' };
    const { body: text } = await call(
      'POST /api/upload/txt',
      '/api/upload/txt',
      upload('Text', 'a.txt', keyed),
    );
    await call('POST /api/upload/txt', '/api/upload/txt', upload('Text', 'a.txt', keyed));
    const tone = upload(fileOf('audio', 'tone.wav'), 'tone.wav');
    const { body: recording } = await call('POST /api/upload/audio', '/api/upload/audio', tone);
    await call('POST /api/docx', '/api/docx', upload(fileOf('docx', 'chapter.docx'), 'chapter.docx'));
    for (const list of ['history', 'history?kind=charge&limit=1', 'holds', 'grants', 'usage']) {
      await call(`GET /api/credits/${list.split('?')[0]!}`, `/api/credits/${list}`);
    }
    await call('GET /api/credits/history', '/api/credits/history', { headers: { accept: 'text/csv' } });
    await call('GET /api/documents', '/api/documents');
    await call('GET /api/documents/{id}', `/api/documents/${text.id}`);
    await call('GET /api/audio', '/api/audio');
    await call('GET /api/audio/{id}', `/api/audio/${recording.id}`);
    const file = `/api/audio/${recording.id}/file`;
    const { headers } = await call('GET /api/audio/{id}/file', file);
    await call('GET /api/audio/{id}/file', file, { headers: { range: 'bytes=0-9' } });
    await call('GET /api/audio/{id}/file', file, { headers: { range: 'bytes=99999999-' } });
    await call('GET /api/audio/{id}/file', file, { headers: { 'if-none-match': headers.get('etag')! } });
    const order = (format: string) => post({ format, documentIds: [text.id] });
    await call('POST /api/export', '/api/export', order('pdf'));
    const { body: copy } = await call('POST /api/export', '/api/export', order('txt'));
    await call('GET /api/export', '/api/export');
    await call('GET /api/export/{id}', `/api/export/${copy.id}`);
    await call('GET /api/export/{id}/download', copy.downloadUrl as string);
    await call('DELETE /api/export/{id}', `/api/export/${copy.id}`);
    await call('DELETE /api/audio/{id}', `/api/audio/${recording.id}`);
    await call('DELETE /api/documents/{id}', `/api/documents/${text.id}`);
    expect(faults).toEqual([]);
    expect(answers['POST /api/upload/txt 201']!.headers.get('idempotent-replayed')).toBe('true');
    expect(Object.keys(answers)).toEqual(
      expect.arrayContaining([
        'GET /api/audio/{id}/file 206',
        'GET /api/audio/{id}/file 416',
        'POST /api/export 201',
      ]),
    );
  });

  test('for what it refuses', async () => {
    const txt = 'POST /api/upload/txt';
    await call('GET /api/credits', '/api/credits', {}, null);
    await call('GET /api/credits', '/api/credits?refresh=maybe');
    await call('GET /api/credits', '/api/credits', { headers: { 'x-min-balance-version': '999999' } });
    await call('GET /api/documents/{id}', '/api/documents/018f0000-0000-7000-8000-000000000000');
    await call(txt, '/api/upload/txt', post({}));
    await call(txt, '/api/upload/txt', { body: new FormData() });
    await call(txt, '/api/upload/txt', upload('%PDF-1.7'));
    await call(txt, '/api/upload/txt', upload(''));
    await call(txt, '/api/upload/txt', upload('dear', 'a.txt', { 'x-max-credits': '1' }));
    await call(txt, '/api/upload/txt', upload('other', 'a.txt', { 'idempotency-key': 'chapter-0001' }));
    await call(txt, '/api/upload/txt', upload('text', 'a.txt', { 'idempotency-key': 'short' }));
    const large = { body: fileForm(new Uint8Array(10 * 1024 * 1024 + 100_000)) };
    await call(txt, '/api/upload/txt', large);
    while ((await call(txt, '/api/upload/txt', upload('until nothing is left'))).status === 201);
    await call('POST /api/credits/quote', '/api/credits/quote', { ...post({}), body: '{' });
    expect(faults).toEqual([]);
    const statuses = Object.keys(answers)
      .filter((name) => name.startsWith(txt))
      .map((name) => Number(name.split(' ').at(-1)));
    expect(statuses.sort()).toEqual([201, 400, 402, 409, 413, 415, 422]);
  });

  test('for those who watch it', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      await call(`GET ${path}`, path, {}, null);
    }
    expect(faults).toEqual([]);
  });
});
