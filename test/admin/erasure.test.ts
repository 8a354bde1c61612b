import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ExportsService } from '../../src/library/exports.service.js';
import { FileStore } from '../../src/library/file-store.js';
import { fileOf } from '../files/files.js';
import { upload } from '../app/product.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';
import { until } from '../support/until.js';
import { CLAIMS, json, openDesk } from './desk.js';
import { filesIn, tablesWith } from './traces.js';

const desk = openDesk({ CREDIT_SIGNUP_GRANT: '100' });
const action = 'premium_export';
const TEXT = 'Chapter One\n\nIt was a dark night.\n';

const rowsWith = (text: string) => tablesWith(desk.product, text);
const filesOf = (folder: string) => filesIn(desk.product, folder);

/** A stored export of somebody who has nothing else. */
async function exportWithoutWallet() {
  const row = {
    id: randomUUID(),
    userId: `walletless-${randomUUID()}`,
    holdId: null,
    format: 'json' as const,
  };
  const file = await desk.product.app.get(FileStore).stageText('{}');
  const made = { ...row, title: 'Diary', filename: 'Diary.json', bytes: 2, sha256: file.sha256 };
  const sources = { documents: [], recordings: [] };
  await desk.product.app.get(ExportsService).add(made, file, sources, async () => undefined);
  return { userId: row.userId, row };
}

/** Somebody with something of everything. */
async function person() {
  const userId = `person-${randomUUID()}`;
  const key = { 'idempotency-key': randomUUID() };
  const { body } = await desk.product.call(userId, '/api/upload/txt', upload(TEXT, 'diary.txt', key));
  const wanted = JSON.stringify({ format: 'docx', documentIds: [body.id], title: `Diary of ${userId}` });
  const json = { 'content-type': 'application/json' };
  await desk.product.call(userId, '/api/export', { method: 'POST', headers: json, body: wanted });
  const tone = new Uint8Array(fileOf('audio', 'tone.wav'));
  await desk.product.call(userId, '/api/upload/audio', upload(tone, 'voice.wav'));
  await desk.post(`wallets/${userId}/grants`, { amount: 10, reason: `for ${userId}, who called` });
  const named = { userId, action, idempotencyKey: `${userId}: first book` };
  const { entryId } = await desk.credits.charge({ ...named, credits: 4 });
  await desk.post(`entries/${entryId}/refund`, { amount: 1, reason: `complaint of ${userId}` });
  const gift = { key: randomUUID(), amount: 1, reason: 'spring', userIds: [userId] };
  await desk.post('gifts', gift);
  await until(async () => (await desk.get(`gifts/${gift.key}`)).body.state === 'done');
  const hold = await desk.credits.hold({ userId, action, credits: 2 });
  await desk.credits.release({ holdId: hold.id, reason: `${userId} went away` });
  return { userId, entryId };
}

describe('the erasure of a person', () => {
  test('leaves their id nowhere in the database, none of their files, and the books as they were', async () => {
    const { userId } = await person();
    expect(await rowsWith(userId)).toEqual(
      expect.arrayContaining(['credits.wallets', 'credits.reasons', 'credits.answers', 'library.documents']),
    );
    const entries = (await desk.credits.history(userId)).data;
    const before = await desk.credits.balance(userId);

    const { status, body } = await desk.erase(userId, `${userId} asked for it`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      pseudonym: expect.stringMatching(/^erased:[\w-]{36}$/),
      deleted: { documents: 1, recordings: 1, exports: 1 },
      wallet: { userId: body.pseudonym, balance: before.balance, version: before.version },
    });
    expect(await rowsWith(userId)).toEqual([]);
    expect(['documents', 'recordings', 'exports'].map(filesOf)).toEqual([[], [], []]);

    const kept = (await desk.credits.history(body.pseudonym)).data;
    expect(kept).toEqual(
      entries.map((entry) => ({
        ...entry,
        description: null,
        reason: entry.reason && expect.stringMatching(/^(erased|signup)$/),
      })),
    );
    expect((await desk.get('integrity')).body).toMatchObject({ ok: true });
  });

  test('may be asked for again, is remembered each time, and has nobody behind a pseudonym', async () => {
    const { userId } = await desk.customer(5);
    const { body } = await desk.erase(userId);
    const again = await desk.erase(userId);
    expect(again).toMatchObject({ status: 200, body: { wallet: null, deleted: { documents: 0 } } });
    for (const { pseudonym } of [body, again.body]) {
      const { rows } = await desk.product.sql.query(
        'SELECT reason, actor FROM credits.erasures WHERE pseudonym = $1',
        [pseudonym],
      );
      expect(rows).toEqual([{ reason: 'asked to be forgotten', actor: 'root' }]);
      expect(await desk.erase(pseudonym)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });

  test('takes what belongs to somebody without a wallet, who is no newcomer after it', async () => {
    const { userId, row } = await exportWithoutWallet();
    const key = randomUUID();
    await desk.product.sql.query(
      `INSERT INTO credits.answers (user_id, key, route) VALUES ($1, $2, 'POST /api/export')`,
      [userId, key],
    );
    await desk.product.sql.query(
      `INSERT INTO library.jobs (id, user_id, format, title, progress) VALUES ($1, $2, 'json', 'Diary', 0.5)`,
      [randomUUID(), userId],
    );
    const { status, body } = await desk.erase(userId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ wallet: null, deleted: { exports: 1 } });
    expect(filesOf('exports')).not.toContain(row.id);
    expect(await rowsWith(userId)).toEqual([]);
    expect((await desk.product.call(userId, '/api/credits')).body.balance).toBe(0);
  });

  test('empties what operators were answered about them, however the address was spelt', async () => {
    const userId = `Zoë ${randomUUID()}`;
    await desk.credits.grant({ userId, credits: 1, reason: 'bought', actor: 'shop' });
    const spelt = encodeURIComponent(userId).toLowerCase().replace('zo', '%5Ao');
    expect((await desk.post(`wallets/${spelt}/grants`, { amount: 0, reason: 'x' })).status).toBe(400);
    expect(await rowsWith(spelt)).toEqual(['credits.answers']);
    await desk.erase(userId);
    expect(await rowsWith(spelt)).toEqual([]);
  });

  test('takes what somebody did as an operator: gifts they gave, people they erased', async () => {
    const operator = `operator-${randomUUID()}`;
    const { userId } = await desk.customer(5);
    const act = (method: string, path: string, body: unknown) =>
      desk.product.call(operator, `/api/admin/${path}`, json(method, body, randomUUID()), CLAIMS);
    const gift = { key: randomUUID(), amount: 1, reason: 'spring', userIds: [userId] };
    expect((await act('POST', 'gifts', gift)).status).toBe(202);
    expect((await act('DELETE', `wallets/${userId}/person`, { reason: 'asked' })).status).toBe(200);
    expect(await rowsWith(operator)).toEqual(expect.arrayContaining(['credits.gifts', 'credits.erasures']));
    const { pseudonym } = (await desk.erase(operator)).body;
    expect(await rowsWith(operator)).toEqual([]);
    expect(await rowsWith(pseudonym)).toEqual(expect.arrayContaining(['credits.gifts', 'credits.erasures']));
  });

  test('leaves of a gift to them neither a reason with their name nor a hash on which names could be tried', async () => {
    const { userId } = await desk.customer(5);
    const gift = { key: randomUUID(), amount: 1, reason: `for ${userId}, with thanks`, userIds: [userId] };
    await desk.post('gifts', gift);
    const { pseudonym } = (await desk.erase(userId)).body;
    const { rows } = await desk.product.sql.query(
      'SELECT reason, fingerprint, user_ids FROM credits.gifts WHERE key = $1',
      [gift.key],
    );
    expect(rows).toEqual([{ reason: `for ${pseudonym}, with thanks`, fingerprint: 'erased', user_ids: [] }]);
    expect(await desk.post('gifts', gift)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  test('needs a reason', async () => {
    const { userId } = await desk.customer(5);
    expect((await desk.erase(userId, '')).status).toBe(400);
    expect((await desk.get(`wallets/${userId}`)).status).toBe(200);
  });

  test('leaves everybody else as they are', async () => {
    const other = await person();
    const before = [await rowsWith(other.userId), await desk.credits.history(other.userId)];
    await desk.erase((await person()).userId);
    expect([await rowsWith(other.userId), await desk.credits.history(other.userId)]).toEqual(before);
  });

  test('brings work that runs to nothing: its capture finds no hold, its credits stay in the books', async () => {
    const { userId } = await desk.customer(5);
    const { id: holdId } = await desk.credits.hold({ userId, action, credits: 4 });
    const { body } = await desk.erase(userId);
    expect(body.wallet).toMatchObject({ balance: 5, held: 0 });
    await expect(desk.credits.capture({ holdId })).rejects.toMatchObject({ code: 'hold_already_resolved' });
  });

  /** What becomes of an act in the old name that waits for the wallet while it is erased. */
  async function actDuringErasure<T>(userId: string, act: () => Promise<T>): Promise<T> {
    const blocked = async (count: number) => {
      const { rows } = await desk.product.sql.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return rows.length === count;
    };
    const client = await desk.product.sql.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [userId]);
    const erasing = desk.erase(userId);
    await until(() => blocked(1));
    const acting = act();
    acting.catch(() => undefined);
    await until(() => blocked(2));
    await client.query('COMMIT');
    client.release();
    expect((await erasing).status).toBe(200);
    return acting;
  }

  test('leaves nothing to a charge in the old name that waited for it', async () => {
    const { userId } = await desk.customer(50);
    const charging = actDuringErasure(userId, () => desk.credits.charge({ userId, action, credits: 10 }));
    await expect(charging).rejects.toMatchObject({ code: 'insufficient_credits', facts: { available: 0 } });
  });

  test('leaves a new wallet to a grant in the old name that waited for it', async () => {
    const { userId } = await desk.customer(50);
    const given = { userId, credits: 3, reason: 'bought', actor: 'shop' };
    const receipt = await actDuringErasure(userId, () => desk.credits.grant(given));
    expect(receipt).toMatchObject({ balance: 3, version: 1 });
  });
});

describe('a token of somebody who was erased', () => {
  test('opens an empty wallet, without another signup grant, on any instance', async () => {
    const { userId } = await person();
    const shown = async () => (await desk.product.call(userId, '/api/credits')).body;
    expect((await shown()).balance).toBeGreaterThan(0);
    await desk.erase(userId);
    expect(await shown()).toMatchObject({ balance: 0, version: 0, source: 'database' });
    expect((await desk.product.call(userId, '/api/documents')).body.data).toEqual([]);
    expect((await desk.product.call(userId, '/api/credits/history')).body.data).toEqual([]);
    expect(await desk.product.call(userId, '/api/upload/txt', upload(TEXT))).toMatchObject({ status: 402 });
    expect(await rowsWith(userId)).toEqual([]);
  });

  test('is no newcomer to an instance that never saw them', async () => {
    const userId = `former-${randomUUID()}`;
    await desk.credits.grant({ userId, credits: 1, reason: 'bought', actor: 'shop' });
    // The instance knows only who asked it for something.
    await desk.erase(userId);
    expect((await desk.product.call(userId, '/api/credits')).body.balance).toBe(0);
    expect((await desk.product.call(`other-${userId}`, '/api/credits')).body.balance).toBe(100);
  });
});

test('nobody rewrites the books, not even the ledger’s own hand', async () => {
  const { userId } = await desk.customer(5);
  const edit = async (sql: string) => {
    const client = await desk.product.sql.connect();
    const code = await client.query(sql).then(
      () => 'done',
      (error) => error.code,
    );
    client.release(true);
    return code;
  };
  expect(await edit(`UPDATE credits.entries SET user_id = 'somebody' WHERE user_id = '${userId}'`)).toBe(
    '42501',
  );
  expect(
    await edit(
      `INSERT INTO credits.erasures (pseudonym, person_hash, reason, actor) VALUES ('somebody', '', '', '')`,
    ),
  ).toBe('42501');
  expect(await edit('DELETE FROM credits.erasures')).toBe('42501');
  // An owner with the ledger's mark gets no amount changed all the same.
  for (const change of ['amount = 6', 'wallet = 1', 'created_at = now()', 'reason = NULL']) {
    expect(await edit(`${AS_THE_LEDGER}; UPDATE credits.ledger_entries SET ${change}`)).toBe('42501');
  }
});
