import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ADMIN, CLAIMS, openDesk } from './desk.js';

const desk = openDesk({ CREDIT_SIGNUP_GRANT: '0' });

type Row = Record<string, unknown>;

async function toTheEnd(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await desk.get(`${path}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    rows.push(...body.data);
    if (body.nextCursor === null) return rows;
    cursor = body.nextCursor;
  }
}

describe('what operators did', () => {
  test('goes on to its end, each act once and the latest first, however many there are', async () => {
    const { userId } = await desk.customer(1);
    for (let order = 1; order <= 65; order += 1)
      await desk.post(`wallets/${userId}/grants`, { amount: 1, reason: `order ${order}` });
    const newest = Array.from({ length: 65 }, (_, index) => `order ${65 - index}`);
    const isOrder = ({ reason }: Row) => /^order/.test(String(reason));
    for (const limit of [7, 50, 200]) {
      const acts = await toTheEnd(`acts?limit=${limit}`);
      expect(acts.filter(isOrder).map(({ reason }) => reason)).toEqual(newest);
      expect(new Set(acts.map(({ id }) => id)).size).toBe(acts.length);
    }
    expect((await desk.get('overview')).body.acts).toHaveLength(50);
  });

  test('is one act where it goes on within the hour, by the same name on any page', async () => {
    const { userId } = await desk.customer(1);
    const act = { amount: 2, reason: 'every now and then' };
    await desk.post(`wallets/${userId}/grants`, act);
    const [first] = (await desk.get('acts?limit=1')).body.data;
    await desk.post(`wallets/${userId}/grants`, { amount: 1, reason: 'something else' });
    await desk.post(`wallets/${userId}/grants`, act);
    const [second] = (await desk.get('acts?limit=1')).body.data;
    expect(second).toMatchObject({ id: first.id, entries: 2, credits: 4, userId, reason: act.reason });
    expect((await desk.get(`entries/${first.id}`)).body.entry).toMatchObject({
      amount: 2,
      reason: act.reason,
    });
  });

  test.each(['limit=0', 'limit=201', 'cursor=x', 'days=0', 'days=367', 'user=alice'])(
    'refuses ?%s',
    async (query) => expect((await desk.get(`acts?${query}`)).status).toBe(400),
  );

  test('is for operators', async () => {
    expect((await desk.product.call('somebody', '/api/admin/acts')).status).toBe(403);
  });
});

describe('the entries of a wallet', () => {
  test('are one file as CSV, filtered, with who made each as it is recorded', async () => {
    const { userId } = await desk.customer(300);
    const charge = { userId, action: 'txt_upload', credits: 1, actor: 'team mate' };
    for (let one = 1; one <= 205; one += 1) await desk.credits.charge(charge);
    const path = `/api/admin/wallets/${userId}/entries?kind=charge`;
    const asked = { headers: { accept: 'text/csv' } };
    const csv = await desk.product.call(ADMIN, path, asked, CLAIMS);
    expect(csv.headers.get('content-disposition')).toContain('credits.csv');
    const actors = parse<Record<string, string>>(csv.text, { columns: true }).map(({ actor }) => actor);
    expect(actors).toEqual(Array(205).fill('team mate'));
    expect((await desk.product.call(ADMIN, `${path}&limit=0`, asked, CLAIMS)).status).toBe(400);
    expect((await desk.product.call('somebody', path, asked)).status).toBe(403);
  });
});

describe('the holds of a wallet', () => {
  test('go on to their end for operators, with who had them begun', async () => {
    const { userId } = await desk.customer(50);
    const ids: string[] = [];
    for (let one = 1; one <= 5; one += 1) {
      const hold = { userId, action: 'txt_upload', credits: 1, actor: 'team mate' };
      ids.unshift((await desk.credits.hold(hold)).id);
    }
    const held = await toTheEnd(`wallets/${userId}/holds?state=held&limit=2`);
    expect(held.map(({ id, actor }) => [id, actor])).toEqual(ids.map((id) => [id, 'team mate']));
    expect(await toTheEnd(`wallets/${userId}/holds?state=released,captured`)).toEqual([]);
    expect((await desk.get(`wallets/${userId}/holds?state=lost`)).status).toBe(400);
    expect((await desk.get('wallets/nobody-at-all/holds')).status).toBe(404);
  });
});

describe('what an entry says of what was taken back', () => {
  const entryOf = async (userId: string, entryId: string, query = '') => {
    const { body } = await desk.get(`wallets/${userId}/entries?${query}`);
    return body.data.find(({ id }: Row) => id === entryId);
  };

  test('is what the server would refuse more than, under any filter, also where it was spent and is owed', async () => {
    const { userId, entryId } = await desk.customer(50);
    expect(await entryOf(userId, entryId)).toMatchObject({ takenBack: 0 });
    await desk.credits.charge({ userId, action: 'txt_upload', credits: 50 });
    await desk.post(`entries/${entryId}/clawback`, { amount: 30, reason: 'meant for another' });
    const entry = await entryOf(userId, entryId, 'kind=grant');
    expect(entry).toMatchObject({ amount: 50, takenBack: 30 });
    const most = entry.amount - entry.takenBack;
    const act = (amount: number) => desk.post(`entries/${entryId}/clawback`, { amount, reason: 'the rest' });
    expect((await act(most + 1)).body.code).toBe('clawback_exceeds_grant');
    expect((await act(most)).status).toBe(201);
    expect(await entryOf(userId, entryId)).toMatchObject({ takenBack: 50 });
    expect((await desk.get(`entries/${entryId}`)).body.entry).toMatchObject({ takenBack: 50 });
  });

  test('is told of a raise by hand, too, and of nothing that gave no credits', async () => {
    const { userId } = await desk.customer(50);
    const raise = (await desk.post(`wallets/${userId}/adjustments`, { amount: 5, reason: 'counted' })).body
      .entry;
    const cut = (await desk.post(`wallets/${userId}/adjustments`, { amount: -5, reason: 'counted' })).body
      .entry;
    const { entryId: charged } = await desk.credits.charge({ userId, action: 'txt_upload' });
    expect([raise.takenBack, cut.takenBack]).toEqual([0, null]);
    expect(await entryOf(userId, charged)).toMatchObject({ takenBack: null, refunded: 0 });
    const back = await desk.post(`entries/${raise.id}/clawback`, { amount: 5, reason: 'counted twice' });
    expect(back.body.entry).toMatchObject({ kind: 'clawback', takenBack: null });
    expect(await entryOf(userId, raise.id)).toMatchObject({ takenBack: 5 });
  });
});
