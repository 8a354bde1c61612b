import { describe, expect, test } from '@jest/globals';
import { onOwnDatabase } from '../support/own-database.js';
import { openShop } from './shop.js';

const paths = ['credits', 'auth/credits'];

const [shop] = await onOwnDatabase(openShop);

const give = (userId: string, credits: number, more: object = {}) =>
  shop.credits.grant({ userId, credits, reason: 'bought', actor: 'test', ...more });

describe.each(paths)('GET /api/%s', (path) => {
  test('says what there is, what is held and when the next of it expires', async () => {
    const userId = `alice of ${path}`;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await give(userId, 10);
    await give(userId, 12, { expiresAt });
    await shop.credits.hold({ userId, action: 'docx_processing' });
    const { status, body } = await shop.get(path, userId);
    expect(status).toBe(200);
    expect(body).toEqual({
      credits: 17,
      available: 17,
      held: 5,
      balance: 22,
      owed: 0,
      version: 3,
      low: true,
      nextExpiryAt: expiresAt,
      nextRefill: null,
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      source: 'database',
    });
  });

  test('is possible at zero, and for somebody who never had a wallet', async () => {
    const { status, body } = await shop.get(path, `nobody of ${path}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ credits: 0, balance: 0, version: 0, low: true, nextExpiryAt: null });
  });

  test('comes from the cache until somebody asks for a refresh', async () => {
    const userId = `bob of ${path}`;
    await give(userId, 100);
    await shop.heard(userId);
    const sources = [];
    for (const query of ['', '', '?refresh=false', '?refresh=true', '']) {
      sources.push((await shop.get(`${path}${query}`, userId)).body.source);
    }
    expect(sources.slice(1)).toEqual(['cache', 'cache', 'database', 'cache']);
  });

  test.each([
    'refresh=yes',
    'refresh=1',
    'refresh=',
    'refresh=TRUE',
    'refresh=true&refresh=true',
    'fresh=true',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await shop.get(`${path}?${query}`, 'alice');
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  test('needs somebody to be signed in', async () => {
    expect((await shop.get(path, '')).status).toBe(401);
  });
});

describe('a balance that the client has', () => {
  test('is not sent again while it is the same, and is when it changed', async () => {
    await give('carol', 100);
    const first = await shop.get('credits', 'carol');
    const etag = first.headers.get('etag')!;
    const again = await shop.get('credits', 'carol', { 'if-none-match': `"other", ${etag}` });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    await shop.credits.charge({ userId: 'carol', action: 'docx_processing' });
    const changed = await shop.get('credits', 'carol', { 'if-none-match': etag });
    expect([changed.status, changed.body.balance]).toEqual([200, 95]);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  test('has a tag that no other user has, though their wallets are alike', async () => {
    await give('dave', 100);
    await give('erin', 100);
    const [dave, erin] = await Promise.all(['dave', 'erin'].map((user) => shop.get('credits', user)));
    expect({ ...dave!.body, asOf: 0 }).toEqual({ ...erin!.body, asOf: 0 });
    expect(dave!.headers.get('etag')).not.toBe(erin!.headers.get('etag'));
  });

  test('is for its owner alone and to be asked for again', async () => {
    const { headers } = await shop.get('credits', 'dave');
    expect(headers.get('vary')).toMatch(/\bAuthorization\b/);
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });
});

describe('X-Min-Balance-Version', () => {
  const floor = (version: string) => ({ 'x-min-balance-version': version });

  test('is met by what is there', async () => {
    await give('frank', 100);
    expect((await shop.get('credits', 'frank', floor('1'))).body.version).toBe(1);
  });

  test('beyond the database is 412 with the version there is', async () => {
    await give('grace', 100);
    const { status, body } = await shop.get('credits', 'grace', floor('2'));
    expect([status, body]).toEqual([
      412,
      expect.objectContaining({ code: 'balance_version_unknown', balanceVersion: 1, status: 412 }),
    ]);
  });

  test.each(['', 'abc', '-1', '1.5', '9007199254740992', '1, 2'])('of %j is refused', async (version) => {
    const { status, body } = await shop.get('credits', 'frank', floor(version));
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});

test('a balance that cannot be read is 503, never 0, whatever was cached', async () => {
  await give('heidi', 100);
  await shop.get('credits', 'heidi');
  const { dataSource } = shop;
  const query = dataSource.query.bind(dataSource);
  dataSource.query = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  try {
    for (const path of ['credits?refresh=true', 'credits/holds', 'credits/usage', 'credits/history']) {
      const { status, headers, body } = await shop.get(path, 'heidi');
      expect([status, body.code]).toEqual([503, 'credits_unavailable']);
      expect(headers.get('retry-after')).toBe('1');
      expect(body).not.toHaveProperty('credits');
    }
    const stranger = await shop.get('credits', 'somebody whose balance nobody has read');
    expect(stranger.status).toBe(503);
  } finally {
    dataSource.query = query;
  }
});
