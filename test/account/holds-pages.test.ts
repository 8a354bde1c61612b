import { describe, expect, test } from '@jest/globals';
import { AS_THE_LEDGER_LOCALLY } from '../support/ledger-hand.js';
import { onOwnDatabase } from '../support/own-database.js';
import { openShop } from './shop.js';

type Row = Record<string, unknown>;

const [shop] = await onOwnDatabase(openShop);

const give = (userId: string) =>
  shop.credits.grant({ userId, credits: 100, reason: 'bought', actor: 'test' });

async function idsToTheEnd(userId: string, query: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let [cursor, pages] = ['', 0];
  do {
    const { status, body } = await shop.get(`credits/holds?${query}${cursor && `&cursor=${cursor}`}`, userId);
    expect(status).toBe(200);
    ids.push(...body.data.map(({ id }: Row) => id));
    cursor = body.nextCursor ?? '';
    pages += 1;
  } while (cursor !== '');
  return { ids, pages };
}

describe('the holds of a wallet', () => {
  test('go on to their end in pages, in one order whatever their states', async () => {
    await give('paula');
    const made: Record<string, string[]> = { held: [], released: [], captured: [] };
    const all: string[] = [];
    for (let round = 0; round < 9; round += 1) {
      const state = ['held', 'released', 'captured'][round % 3]!;
      const { id: holdId } = await shop.credits.hold({ userId: 'paula', action: 'txt_upload', credits: 1 });
      if (state === 'released') await shop.credits.release({ holdId });
      if (state === 'captured') await shop.credits.capture({ holdId });
      made[state]!.unshift(holdId);
      all.unshift(holdId);
    }
    for (const limit of [1, 2, 4, 9, 200]) {
      const { ids, pages } = await idsToTheEnd('paula', `limit=${limit}`);
      expect(ids).toEqual(all);
      expect(pages).toBe(Math.ceil(9 / limit));
    }
    for (const state of ['held', 'released', 'captured'])
      expect((await idsToTheEnd('paula', `state=${state}&limit=2`)).ids).toEqual(made[state]);
    const { ids } = await idsToTheEnd('paula', 'state=released,held&limit=2');
    expect(ids).toEqual(all.filter((id) => !made['captured']!.includes(id)));
    expect((await shop.get('credits/holds', 'paula')).body).toMatchObject({ nextCursor: null });
  });

  test('are not shifted by new ones between two pages', async () => {
    await give('quentin');
    const hold = () => shop.credits.hold({ userId: 'quentin', action: 'txt_upload', credits: 1 });
    const first = [await hold(), await hold(), await hold()].map(({ id }) => id).reverse();
    const { body } = await shop.get('credits/holds?state=held&limit=2', 'quentin');
    await hold();
    const { body: rest } = await shop.get(
      `credits/holds?state=held&limit=2&cursor=${body.nextCursor}`,
      'quentin',
    );
    expect([...body.data, ...rest.data].map(({ id }: Row) => id)).toEqual(first);
  });

  test('are found below more charges than a page looks through', async () => {
    await give('rosa');
    const below: string[] = [];
    for (const isCaptured of [true, false, true]) {
      const { id: holdId } = await shop.credits.hold({
        ...{ userId: 'rosa', action: 'txt_upload', credits: 1 },
        ttlSeconds: 3_600,
      });
      if (isCaptured) await shop.credits.capture({ holdId });
      below.unshift(holdId);
    }
    const manager = shop.dataSource.manager;
    await manager.transaction(async (tx) => {
      await tx.query(AS_THE_LEDGER_LOCALLY);
      // Of direct charges, which set nothing aside.
      await tx.query(
        `INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, action)
         SELECT number, 1000 + n, gen_random_uuid(), 'charge', -1, 98, 1, 1, now(), 'txt_upload'
           FROM wallets, generate_series(1, 20005) n WHERE user_id = 'rosa'`,
      );
    });
    const { ids, pages } = await idsToTheEnd('rosa', 'limit=2');
    expect(ids).toEqual(below);
    expect(pages).toBeGreaterThan(2);
  }, 60_000);

  test.each([
    'state=lost',
    'state=held,lost',
    'state=',
    'limit=0',
    'limit=201',
    'cursor=x',
    'state=held&state=held',
  ])('are refused for ?%s', async (query) => {
    const { status, body } = await shop.get(`credits/holds?${query}`, 'paula');
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});
