import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { InvalidCreditsInputError } from '../../src/credits/credits.errors.js';
import { pseudonymFor } from '../../src/credits/ledger/wallet-hash.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';

const action = 'txt_upload';

const [open] = await onOwnDatabase(openCredits);
const { credits } = open;

async function team(): Promise<string> {
  const userId = `team-${randomUUID()}`;
  await credits.grant({ userId, credits: 100, reason: 'to spend', actor: 'test' });
  return userId;
}

async function told(holdId: string) {
  const sql = 'SELECT state, actor, description FROM credits.holds WHERE id = $1';
  return (await open.dataSource.query<Record<string, unknown>[]>(sql, [holdId]))[0];
}

describe('who works, and on what', () => {
  test('is told of a hold while it runs, and of its charge when it is captured', async () => {
    const userId = await team();
    const { id, ...hold } = await credits.hold({ userId, action, actor: 'ada', description: 'one.txt' });
    expect(hold).toMatchObject({ actor: 'ada', description: 'one.txt' });
    expect(await told(id)).toEqual({ state: 'held', actor: 'ada', description: 'one.txt' });

    const { entryId } = await credits.capture({ holdId: id });
    expect(await told(id)).toEqual({ state: 'captured', actor: 'ada', description: 'one.txt' });
    expect(await credits.entry(entryId)).toMatchObject({ actor: 'ada', description: 'one.txt' });
    expect((await credits.history(userId)).data[0]).toMatchObject({ actor: 'ada', description: 'one.txt' });
  });

  test('may be known only when the work is done, and what is said last holds', async () => {
    const userId = await team();
    const [first, second] = await Promise.all([
      credits.hold({ userId, action }),
      credits.hold({ userId, action, actor: 'ada', description: 'draft' }),
    ]);
    const { entryId } = await credits.capture({ holdId: first.id, actor: 'ben', description: 'b.txt' });
    expect(await credits.entry(entryId)).toMatchObject({ actor: 'ben', description: 'b.txt' });
    await credits.release({ holdId: second.id, reason: 'damaged', description: 'a.txt' });
    expect(await told(second.id)).toEqual({ state: 'released', actor: 'ada', description: 'a.txt' });
  });

  test('stays with a hold that nobody kept alive', async () => {
    const userId = await team();
    const { id } = await credits.hold({ userId, action, actor: 'ada', description: 'lost', ttlSeconds: 1 });
    await open.dataSource.query('SELECT pg_sleep(1.1)');
    await credits.balance(userId);
    expect(await told(id)).toEqual({ state: 'expired', actor: 'ada', description: 'lost' });
  });

  test('is told of a charge at once, and repeated with its key', async () => {
    const userId = await team();
    const named = { userId, action, idempotencyKey: randomUUID() };
    const { entryId } = await credits.charge({ ...named, actor: 'ada', description: 'say "hello", {world}' });
    const again = await credits.charge({ ...named, description: 'another word for it' });
    expect(again).toMatchObject({ entryId, replayed: true });
    expect(await credits.entry(entryId)).toMatchObject({
      actor: 'ada',
      description: 'say "hello", {world}',
    });

    const held = { userId, action, idempotencyKey: randomUUID(), description: 'one.txt' };
    await credits.hold(held);
    expect(await credits.hold(held)).toMatchObject({ replayed: true, actor: null, description: 'one.txt' });
  });

  test('is null where nobody said it, and of no other kind of entry', async () => {
    const userId = await team();
    await credits.charge({ userId, action });
    const { data } = await credits.history(userId);
    expect(data.map(({ kind, description }) => [kind, description])).toEqual([
      ['charge', null],
      ['grant', null],
    ]);
  });

  test('that is no text is refused', async () => {
    const userId = await team();
    for (const description of ['', 'x'.repeat(501), 'a\0b', '\ud800']) {
      await expect(credits.hold({ userId, action, description })).rejects.toThrow(InvalidCreditsInputError);
      await expect(credits.charge({ userId, action, description })).rejects.toThrow(InvalidCreditsInputError);
    }
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 0, version: 1 });
  });

  test('goes with the person: an erasure leaves no word of it', async () => {
    const userId = await team();
    const { id } = await credits.hold({ userId, action, description: 'diary of ada' });
    await credits.charge({ userId, action, description: 'diary of ada' });
    await credits.charge({ userId: await team(), action, description: 'diary of ben' });
    const erase = `SELECT credits.erase($1, $2, 'hash', 'asked', 'op') AS erased`;
    const { rows } = await open.pool.query(erase, [userId, pseudonymFor(userId)]);
    expect(rows).toEqual([{ erased: true }]);
    expect(await told(id)).toMatchObject({ state: 'released', description: null });
    const left = await open.pool.query('SELECT description FROM credits.descriptions');
    expect(left.rows).toContainEqual({ description: 'diary of ben' });
    expect(left.rows).not.toContainEqual({ description: 'diary of ada' });
    await open.check();
  });
});
