import { beforeAll, describe, expect, test } from '@jest/globals';
import { Sweeper } from '../../src/credits/upkeep/sweeper.js';
import { PRICES } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { openShop } from './shop.js';

type Row = Record<string, unknown>;

const [shop] = await onOwnDatabase(openShop);

beforeAll(async () => {
  // What has lapsed is not to be shown, whether or not somebody has swept it up by then.
  await shop.app.get(Sweeper).beforeApplicationShutdown();
});

const give = (userId: string, credits: number, more: object = {}) =>
  shop.credits.grant({ userId, credits, reason: 'bought', actor: 'test', ...more });

describe('prices', () => {
  test('are for everybody to see', async () => {
    const { status, body } = await shop.get('credits/prices', '');
    expect(status).toBe(200);
    expect(body.priceVersion).toMatch(/^[0-9a-f]{12}$/);
    expect(Object.fromEntries(body.prices.map((p: Row) => [p['action'], p['credits']]))).toEqual(PRICES);
  });
});

describe('a quote', () => {
  test('says what it would cost and what would be left, and sets nothing aside', async () => {
    await give('alice', 20);
    const quoted = await shop.post('credits/quote', 'alice', { action: 'txt_upload', units: 4 });
    expect(quoted.status).toBe(200);
    expect(quoted.body).toMatchObject({ action: 'txt_upload', units: 4, credits: 12, available: 20 });
    expect(quoted.body).toMatchObject({ availableAfter: 8, sufficient: true });
    const dear = await shop.post('credits/quote', 'alice', { action: 'premium_export', units: 2 });
    expect(dear.body).toMatchObject({ credits: 30, available: 20, sufficient: false });
    expect(await shop.credits.balance('alice')).toMatchObject({ balance: 20, held: 0, version: 1 });
  });

  test.each([
    { action: 'no_such_action' },
    { action: 'constructor' },
    { action: 5 },
    {},
    { action: 'txt_upload', units: -1 },
    { action: 'txt_upload', units: 1.5 },
    { action: 'txt_upload', units: '5' },
    { action: 'txt_upload', units: null },
    { action: 'txt_upload', units: 2 ** 52 },
    { action: 'txt_upload', userId: 'bob' },
  ])('of %j is refused', async (question) => {
    const { status, body } = await shop.post('credits/quote', 'alice', question);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});

describe('the history', () => {
  test('is newest first, page by page, and filtered', async () => {
    await give('bob', 100);
    for (const action of ['txt_upload', 'docx_processing', 'txt_upload']) {
      await shop.credits.charge({ userId: 'bob', action });
    }
    const { body: first } = await shop.get('credits/history?limit=3', 'bob');
    expect(first.data.map(({ version }: Row) => version)).toEqual([4, 3, 2]);
    const { body: rest } = await shop.get(`credits/history?limit=3&cursor=${first.nextCursor}`, 'bob');
    expect(rest).toEqual({
      data: [expect.objectContaining({ kind: 'grant', amount: 100 })],
      nextCursor: null,
    });
    const { body: texts } = await shop.get('credits/history?kind=charge&action=txt_upload', 'bob');
    expect(texts.data.map(({ amount }: Row) => amount)).toEqual([-3, -3]);
    const { body: none } = await shop.get('credits/history?to=2020-01-01T00:00:00Z', 'bob');
    expect(none.data).toEqual([]);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=1e1',
    'limit=1e9',
    'limit=',
    'limit=5&limit=5',
    'cursor=x',
    'kind=gift',
    'action=DROP',
    'from=yesterday',
    'from=2026-01-01',
    'from=2026-02-30T00:00:00Z',
    'to=2026-01-01T24:00:00Z',
    'to=0000-01-01T00:00:00Z',
    'to=2026-01-01T23:59:60Z',
    'userId=alice',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await shop.get(`credits/history?${query}`, 'bob');
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});

describe('holds', () => {
  test('are listed newest first, by state, and never one that has lapsed as held', async () => {
    await give('carol', 100);
    const hold = (ttlSeconds = 60) =>
      shop.credits.hold({ userId: 'carol', action: 'docx_processing', ttlSeconds });
    const { id: released } = await hold();
    await shop.credits.release({ holdId: released, reason: 'changed my mind', description: 'letter.docx' });
    const { id: lapsing, expiresAt } = await hold(1);
    const { id: active } = await hold();
    const { id: taken } = await hold();
    await shop.credits.capture({ holdId: taken, credits: 2 });
    while (Date.now() <= Date.parse(expiresAt));
    const { body } = await shop.get('credits/holds', 'carol');
    expect(body.data.map(({ id, state, charged, reason }: Row) => [id, state, charged, reason])).toEqual([
      [taken, 'captured', 2, null],
      [active, 'held', null, null],
      [lapsing, 'expired', 0, 'not kept alive'],
      [released, 'released', 0, 'changed my mind'],
    ]);
    const { body: resolved } = await shop.get('credits/holds?state=released', 'carol');
    expect(resolved.data).toEqual([
      {
        id: released,
        action: 'docx_processing',
        amount: 5,
        state: 'released',
        expiresAt: expect.any(String),
        createdAt: expect.any(String),
        resolvedAt: expect.any(String),
        reason: 'changed my mind',
        description: 'letter.docx',
        charged: 0,
      },
    ]);
    expect((await shop.get('credits/holds?state=lost', 'carol')).status).toBe(400);
  });

  test('are found one by one in whatever state they are, by their owner alone', async () => {
    await give('judith', 100);
    const hold = (ttlSeconds = 60) =>
      shop.credits.hold({ userId: 'judith', action: 'docx_processing', ttlSeconds });
    const states: Record<string, string> = { [(await hold()).id]: 'held' };
    const { id: released } = await hold();
    await shop.credits.release({ holdId: released });
    const { id: taken } = await hold();
    await shop.credits.capture({ holdId: taken, credits: 2 });
    const { id: lapsing, expiresAt } = await hold(1);
    while (Date.now() <= Date.parse(expiresAt));
    Object.assign(states, { [released]: 'released', [taken]: 'captured', [lapsing]: 'expired' });
    for (const [id, state] of Object.entries(states)) {
      expect((await shop.get(`credits/holds/${id}`, 'judith')).body).toMatchObject({ id, state, amount: 5 });
      const { status, body } = await shop.get(`credits/holds/${id}`, 'carol');
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
    expect((await shop.get('credits/holds/7', 'judith')).status).toBe(400);
  });
});

describe('grants', () => {
  test('are listed in the order in which they burn, with what remains of them', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await give('dave', 10, { reason: 'last' });
    await give('dave', 10, { reason: 'second', expiresAt });
    await give('dave', 10, { reason: 'first', priority: 1 });
    await shop.credits.charge({ userId: 'dave', action: 'docx_processing', units: 3 });
    const { body } = await shop.get('credits/grants', 'dave');
    expect(body.data).toMatchObject([
      { reason: 'second', amount: 10, remaining: 5, category: 'paid', priority: 50, expiresAt },
      { reason: 'last', amount: 10, remaining: 10, expiresAt: null },
    ]);
  });
});

describe('usage', () => {
  test('is added up by day or by action', async () => {
    await give('erin', 100);
    for (const action of ['txt_upload', 'docx_processing', 'txt_upload']) {
      await shop.credits.charge({ userId: 'erin', action });
    }
    const { body: byAction } = await shop.get('credits/usage?groupBy=action', 'erin');
    expect(byAction.data).toEqual([
      { key: 'docx_processing', credits: 5, count: 1 },
      { key: 'txt_upload', credits: 6, count: 2 },
    ]);
    const { body: byDay } = await shop.get('credits/usage', 'erin');
    const today = (await shop.credits.balance('erin')).asOf.slice(0, 10);
    expect(byDay.data).toEqual([{ key: today, credits: 11, count: 3 }]);
    expect((await shop.get('credits/usage?groupBy=month', 'erin')).status).toBe(400);
    expect((await shop.get('credits/usage?to=2020-01-01T00:00:00Z', 'erin')).body.data).toEqual([]);
  });

  test('beyond what a number can tell exactly is refused, and told for a shorter time', async () => {
    const credits = Number.MAX_SAFE_INTEGER;
    for (const hour of ['first', 'second']) {
      await give('frank', credits, { idempotencyKey: hour });
      await shop.credits.charge({ userId: 'frank', action: 'txt_upload', credits });
    }
    const { status, body } = await shop.get('credits/usage', 'frank');
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors).toEqual([{ path: 'from', message: expect.stringContaining('shorter') }]);
    const [newest] = (await shop.credits.history('frank', { kind: 'charge' })).data;
    const shorter = await shop.get(`credits/usage?from=${newest!.createdAt}`, 'frank');
    expect(shorter.body.data).toMatchObject([{ credits, count: 1 }]);
  });
});
