import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openDesk } from './desk.js';

const desk = openDesk({ CREDIT_SIGNUP_GRANT: '0' });

interface Upload {
  id: string;
  credits: { entryId: string; holdId: string };
}

async function send(user: string, name: string, content: string) {
  const body = new FormData();
  body.append('file', new Blob([content]), name);
  return desk.product.call(user, '/api/upload/txt', { method: 'POST', body });
}

async function upload(user: string, name: string): Promise<Upload> {
  return (await send(user, name, 'A Chapter')).body as Upload;
}

/** Somebody with 2 credits that are used up first, then 100. */
async function customerOfTwoGrants(): Promise<string> {
  const userId = `customer-${randomUUID()}`;
  const given = { userId, reason: 'bought', actor: 'shop' };
  await desk.credits.grant({ ...given, credits: 100 });
  await desk.credits.grant({ ...given, credits: 2, priority: 0, category: 'promotional' });
  return userId;
}

describe('the id of a paid request', () => {
  const found = async (id: string) => (await desk.get(`wallets?query=${id}`)).body.data;

  test('leads to its wallet and line, also where it was refused after its hold', async () => {
    const userId = await customerOfTwoGrants();
    const done = await send(userId, 'fine.txt', 'A Chapter');
    const id = done.headers.get('x-request-id')!;
    expect(await found(id)).toMatchObject([{ userId, match: { id, entryId: done.body.credits.entryId } }]);
    const { status, body } = await send(userId, 'broken.txt', '\u0000\u0001');
    expect(status).toBe(415);
    expect(await found(body.requestId)).toMatchObject([
      { userId, match: { kind: 'hold', id: body.requestId, entryId: null } },
    ]);
  });
});

describe('a line of the ledger', () => {
  test('is explained: its hold, the grants it used up, and what became of a grant', async () => {
    const userId = await customerOfTwoGrants();
    const { credits } = await upload(userId, 'tale.txt');
    const { status, body } = await desk.get(`entries/${credits.entryId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      userId,
      entry: { id: credits.entryId, amount: -3, description: 'tale.txt' },
      hold: { id: credits.holdId, state: 'captured', amount: 3, charged: 3 },
      drawnFrom: [
        { amount: 2, category: 'promotional' },
        { amount: 1, category: 'paid' },
      ],
      grant: null,
    });
    const { entries } = (await desk.get(`wallets/${userId}`)).body;
    const given = entries.find(({ amount }: { amount: number }) => amount === 100);
    expect((await desk.get(`entries/${given.id}`)).body).toMatchObject({
      hold: null,
      drawnFrom: [],
      grant: { granted: 100, left: 99, held: 0, spent: 1, lapsed: 0, takenBack: 0 },
    });
  });

  test('keeps its grants when they are used up, stacked anew and given back to', async () => {
    const userId = await customerOfTwoGrants();
    const { credits } = await upload(userId, 'first.txt');
    const grants = async () => (await desk.get(`entries/${credits.entryId}`)).body.drawnFrom;
    const before = await grants();
    await upload(userId, 'second.txt');
    await desk.post(`entries/${credits.entryId}/refund`, { reason: 'short', amount: 1 });
    await desk.post(`wallets/${userId}/grants`, { amount: 7, reason: 'sorry', priority: 0 });
    expect(await grants()).toEqual(before);
  });

  test('is explained to its owner without who did it, and to nobody else', async () => {
    const userId = await customerOfTwoGrants();
    const { id, credits } = await upload(userId, 'own.txt');
    const path = `/api/credits/history/${credits.entryId}`;
    const { body } = await desk.product.call(userId, path);
    expect(body).toMatchObject({
      entry: { artefact: { kind: 'document', id } },
      hold: { state: 'captured' },
    });
    expect(body.hold).not.toHaveProperty('actor');
    expect(body).not.toHaveProperty('userId');
    const [foreign, unknown] = await Promise.all(
      [path, `/api/credits/history/${randomUUID()}`].map((one) => desk.product.call('somebody-else', one)),
    );
    expect([foreign!.status, unknown!.status]).toEqual([404, 404]);
    expect((await desk.get(`entries/${randomUUID()}`)).status).toBe(404);
  });
});

describe('the search by an id', () => {
  const match = async (id: string) => {
    const { body } = await desk.get(`wallets?query=${id}`);
    return body.data.map((wallet: { userId: string; match: object | null }) => [wallet.userId, wallet.match]);
  };

  test('finds the wallet of an entry, a hold, a grant, a document', async () => {
    const userId = await customerOfTwoGrants();
    const { id, credits } = await upload(userId, 'mine.txt');
    const { entryId } = credits;
    expect(await match(entryId)).toEqual([[userId, { kind: 'entry', id: entryId, entryId }]]);
    expect(await match(id)).toEqual([[userId, { kind: 'document', id, entryId }]]);
    const running = await desk.credits.hold({ userId, action: 'txt_upload' });
    expect(await match(running.id)).toEqual([[userId, { kind: 'hold', id: running.id, entryId: null }]]);
    await desk.credits.release({ holdId: running.id });
    expect(await match(running.id)).toEqual([[userId, { kind: 'hold', id: running.id, entryId: null }]]);
    const { grants } = (await desk.get(`wallets/${userId}`)).body;
    expect(await match(grants[0].id)).toMatchObject([[userId, { kind: 'grant', id: grants[0].id }]]);
    const given = (await match(grants[0].id))[0][1].entryId;
    expect((await desk.get(`entries/${given}`)).body.entry).toMatchObject({ kind: 'grant', amount: 100 });
    expect(await match(randomUUID())).toEqual([]);
  });

  test('does not hide whose user id is a UUID', async () => {
    const userId = randomUUID();
    await desk.credits.grant({ userId, credits: 1, reason: 'bought', actor: 'shop' });
    expect(await match(userId)).toEqual([[userId, null]]);
  });
});

describe('a grant that was a mistake', () => {
  test('is taken back with a reason, once for a key, and no more than was granted', async () => {
    const { userId, entryId } = await desk.customer(50);
    const body = { amount: 30, reason: 'meant for another' };
    const key = randomUUID();
    const first = await desk.post(`entries/${entryId}/clawback`, body, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      entry: { kind: 'clawback', amount: -30, reverses: entryId, reason: 'meant for another', actor: 'root' },
      wallet: { userId, available: 20 },
    });
    expect((await desk.post(`entries/${entryId}/clawback`, body, key)).body).toEqual(first.body);
    const more = await desk.post(`entries/${entryId}/clawback`, { ...body, amount: 21 });
    expect([more.status, more.body.code]).toEqual([422, 'clawback_exceeds_grant']);
    const none = await desk.post(`entries/${entryId}/clawback`, { reason: 'all of it' });
    expect(none.status).toBe(400);
  });
});

describe('the overview', () => {
  test('sums what all have, each day, and tells what operators did', async () => {
    const before = (await desk.get('overview')).body;
    const { userId, entryId } = await desk.customer(40);
    await upload(userId, 'counted.txt');
    const { entries } = (await desk.get(`wallets/${userId}`)).body;
    await desk.post(`entries/${entries[0].id}/refund`, { amount: 1, reason: 'overview test' });
    await desk.post(`entries/${entryId}/clawback`, { amount: 38, reason: 'overview test' });
    const { status, body } = await desk.get('overview?days=1');
    expect(status).toBe(200);
    expect(body.wallets).toBe(before.wallets + 1);
    expect(body.atZero).toBe(before.atZero + 1);
    expect(body.outstanding).toBe(before.outstanding);
    const day = new Date().toISOString().slice(0, 10);
    const was = before.days.find((one: { day: string }) => one.day === day) ?? {};
    expect(body.days).toEqual([
      {
        day,
        granted: (was.granted ?? 0) + 40,
        charged: (was.charged ?? 0) + 3,
        refunded: (was.refunded ?? 0) + 1,
        expired: was.expired ?? 0,
        adjusted: was.adjusted ?? 0,
        takenBack: (was.takenBack ?? 0) + 38,
      },
    ]);
    expect(body.acts.filter(({ reason }: { reason: string }) => reason === 'overview test')).toMatchObject([
      { actor: 'root', kind: 'clawback', credits: -38, entries: 1, userId },
      { actor: 'root', kind: 'refund', credits: 1, entries: 1, userId },
    ]);
    const [sum] = (await desk.product.sql.query('SELECT sum(balance)::int AS sum FROM credits.wallets')).rows;
    expect(body.outstanding).toBe(sum.sum);
  });

  test('is for operators, and for a year at most', async () => {
    expect((await desk.get('overview?days=0')).status).toBe(400);
    expect((await desk.get('overview?days=367')).status).toBe(400);
    expect((await desk.product.call('somebody', '/api/admin/overview')).status).toBe(403);
  });
});
