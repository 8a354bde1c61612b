import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openProduct, upload, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { signedIn } from '../support/app.js';

const song = fileOf('audio', 'tone.m4a');
const size = song.length;
let product: Product;
let id: string;

beforeAll(async () => {
  product = await openProduct();
  await product.open('owner', 10);
  id = await store("Größe 50% (Jo's).m4a");
});
afterAll(() => product.close());

async function store(name: string): Promise<string> {
  const { body } = await product.call('owner', '/api/upload/audio', upload(song, name));
  return body.id as string;
}

async function download(headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${product.url}/api/audio/${id}/file`, {
    method,
    headers: { ...(await signedIn('owner')), ...headers },
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe('a stored recording', () => {
  test('comes back byte for byte, to be saved and never to be run', async () => {
    const { status, headers, bytes } = await download();
    expect(status).toBe(200);
    expect(bytes.equals(song)).toBe(true);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'audio/mp4',
      'content-length': String(size),
      'content-disposition': `attachment; filename="Gr__e 50_ (Jo's).m4a"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%2050%25%20%28Jo%27s%29.m4a`,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      vary: expect.stringContaining('Authorization'),
    });
  });

  test.each<[string, number, number]>([
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    [`bytes=${size - 5}-`, size - 5, size - 1],
    ['bytes=-10', size - 10, size - 1],
    [`bytes=-${size * 2}`, 0, size - 1],
    [`bytes=10-${size * 2}`, 10, size - 1],
  ])('answers the range %s', async (range, start, end) => {
    const { status, headers, bytes } = await download({ range });
    expect(status).toBe(206);
    expect(headers.get('content-range')).toBe(`bytes ${start}-${end}/${size}`);
    expect(headers.get('content-length')).toBe(String(end - start + 1));
    expect(bytes.equals(song.subarray(start, end + 1))).toBe(true);
  });

  test.each(['bytes=9-5', 'bytes=0-1,4-5', 'pages=1-2', 'bytes=-', 'bytes=a-b'])(
    'is whole where the range is none it knows: %s',
    async (range) => {
      const { status, bytes } = await download({ range });
      expect([status, bytes.length]).toEqual([200, size]);
    },
  );

  test.each([`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, 'bytes=-0'])(
    'has nothing at %s',
    async (range) => {
      const { status, headers, bytes } = await download({ range });
      expect(status).toBe(416);
      expect(headers.get('content-range')).toBe(`bytes */${size}`);
      expect(JSON.parse(String(bytes)).code).toBe('range_not_satisfiable');
    },
  );

  test('is not sent again to who has it, and in part only to who has the rest of it', async () => {
    const etag = (await download()).headers.get('etag')!;
    for (const known of [etag, `W/${etag}`, `"x", W/${etag}`, `"x","y", ${etag}`, '*']) {
      expect([known, (await download({ 'if-none-match': known })).status]).toEqual([known, 304]);
    }
    for (const other of ['"x"', 'W/"x", "y"', etag.slice(1, -1)]) {
      expect([other, (await download({ 'if-none-match': other })).status]).toEqual([other, 200]);
    }
    expect((await download({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    expect((await download({ range: 'bytes=0-9', 'if-range': '"another"' })).status).toBe(200);
    const { status, headers, bytes } = await download({}, 'HEAD');
    expect([status, headers.get('content-length'), bytes.length]).toEqual([200, String(size), 0]);
  });

  test.each(['bytes=0-9', 'bytes=-10', `bytes=${size}-`])(
    'is described whole by HEAD, for which no range is defined: %s',
    async (range) => {
      const { status, headers, bytes } = await download({ range }, 'HEAD');
      expect([status, headers.get('content-length'), bytes.length]).toEqual([200, String(size), 0]);
      expect([headers.get('content-range'), headers.get('accept-ranges')]).toEqual([null, 'bytes']);
    },
  );

  test('is nobody else’s: reading and deleting answer as for an id that never was', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const [method, tail] of [
      ['GET', ''],
      ['GET', '/file'],
      ['DELETE', ''],
    ] as const) {
      const ask = (whose: string) => product.call('stranger', `/api/audio/${whose}${tail}`, { method });
      const [theirs, nobodys] = [await ask(id), await ask(unknown)];
      expect([theirs.status, nobodys.status]).toEqual([404, 404]);
      const { instance: _, requestId: __, ...refusal } = theirs.body;
      expect(nobodys.body).toMatchObject(refusal);
    }
    expect((await product.call('stranger', '/api/audio')).body).toEqual({ data: [], nextCursor: null });
    expect((await product.call('owner', '/api/audio/no-id/file')).status).toBe(400);
    expect((await product.call(null, `/api/audio/${id}/file`)).status).toBe(401);
  });

  test('is gone after DELETE, and no credit comes back', async () => {
    const other = await store('other.m4a');
    const { balance } = await product.balance('owner');
    expect((await product.call('owner', `/api/audio/${other}`, { method: 'DELETE' })).status).toBe(204);
    expect((await product.call('owner', `/api/audio/${other}`, { method: 'DELETE' })).status).toBe(404);
    expect((await product.call('owner', `/api/audio/${other}/file`)).status).toBe(404);
    expect((await product.balance('owner')).balance).toBe(balance);
    expect((await product.call('owner', '/api/audio')).body.data).toHaveLength(1);
  });

  test('whose file was lost says so, and not a word of where it was', async () => {
    const lost = await store('lost.m4a');
    await rm(join(product.dataDir, 'files', 'recordings', lost, 'original'));
    const { status, body, text, headers } = await product.call('owner', `/api/audio/${lost}/file`);
    expect([status, body.code]).toEqual([500, 'file_lost']);
    expect(headers.get('content-disposition')).toBeNull();
    expect(text).not.toContain('recordings/');
    expect(body.id).toBe(lost);
  });
});
