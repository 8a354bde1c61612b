import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UnknownHoldError } from '../../src/credits/credits.errors.js';
import { checkIntegrity } from '../../src/credits/reads/integrity.js';
import { forgetHolds } from '../../src/credits/upkeep/forgetting.js';
import { openCredits, PRICES } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { TRIGGERS_OFF } from '../support/ledger-hand.js';

const action = 'audio_upload';
let users = 0;
let userId: string;

const [open] = await onOwnDatabase((url) =>
  openCredits(url, { prices: { ...PRICES, measured: '1 per 1 second' } }),
);
beforeEach(async () => {
  userId = `user-${(users += 1)}`;
  await open.credits.grant({ userId, credits: 100, reason: 'to live on', actor: 'test' });
});

const query = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  open.dataSource.query(sql, values);
const ofUser = 'WHERE wallet = (SELECT number FROM credits.wallets WHERE user_id = $1)';
const endedHolds = async () => (await query(`SELECT FROM credits.ended_holds ${ofUser}`, [userId])).length;
const forget = (endedHoldsKeptDays?: number, most = 100) =>
  forgetHolds({ pool: open.pool, schema: 'credits', most }, { endedHoldsKeptDays });

async function releasedHold(): Promise<string> {
  const { id } = await open.credits.hold({ userId, action, credits: 5, description: 'a file' });
  await open.credits.release({ holdId: id, reason: 'the work failed' });
  return id;
}

/** As if they had ended so long ago: their ids are of that time, too. Answers them. */
async function aged(ids: string[], days: number): Promise<string[]> {
  const older = ids.map((id) => {
    const time = (Date.now() - days * 86_400_000).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`;
  });
  const owner = open.dataSource.createQueryRunner();
  await owner.startTransaction();
  for (const table of ['ended_holds', 'descriptions']) {
    await owner.query(`ALTER TABLE credits.${table} DISABLE TRIGGER USER`);
    await owner.query(
      `UPDATE credits.${table} t SET id = n.id FROM unnest($1::uuid[], $2::uuid[]) AS n (former, id) WHERE t.id = n.former`,
      [ids, older],
    );
  }
  await owner.query(
    'UPDATE credits.ended_holds SET resolved_at = resolved_at - make_interval(days => $2) WHERE id = ANY ($1)',
    [older, days],
  );
  for (const table of ['ended_holds', 'descriptions'])
    await owner.query(`ALTER TABLE credits.${table} ENABLE TRIGGER USER`);
  await owner.commitTransaction();
  await owner.release();
  return older;
}

async function oldHolds(count: number, days = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await releasedHold());
  return aged(ids, days);
}

describe('holds that came to nothing', () => {
  test('go when their time is over; the books agree before and after, and nothing else is touched', async () => {
    const [old] = await oldHolds(3);
    const { id: running } = await open.credits.hold({ userId, action });
    const recent = await releasedHold();
    const before = [await open.credits.balance(userId), await open.credits.history(userId, {})];
    await open.check();
    expect(await forget()).toBe(3);
    await open.check();
    const balance = { ...(before[0] as object), asOf: expect.anything() };
    expect([await open.credits.balance(userId), await open.credits.history(userId, {})]).toEqual([
      balance,
      before[1],
    ]);
    const left = await query(`SELECT id FROM credits.holds WHERE user_id = $1 ORDER BY id`, [userId]);
    expect(left.map(({ id }) => id)).toEqual([running, recent].sort());
    expect(await query(`SELECT id FROM credits.descriptions ${ofUser}`, [userId])).toEqual([{ id: recent }]);
    await expect(open.credits.release({ holdId: old! })).rejects.toBeInstanceOf(UnknownHoldError);
  });

  describe('and what was said of them', () => {
    const CARRIED = `UPDATE credits.migrations SET applied_at = now() - make_interval(days => $1)
                      WHERE name = '0013_carried_over.sql'`;
    const said = async () => {
      const rows = await query(`SELECT reason FROM credits.reasons ${ofUser} ORDER BY number`, [userId]);
      return rows.map(({ reason }) => reason);
    };

    test('goes with them; the reasons of entries, of later holds and of nobody stay', async () => {
      await query(CARRIED, [200]);
      await oldHolds(2);
      await releasedHold();
      const nobodys = `SELECT count(*) FROM credits.reasons WHERE wallet IS NULL`;
      const before = await query(nobodys);
      expect(await said()).toEqual(['to live on', ...Array(3).fill('the work failed')]);
      expect(await forget()).toBe(2);
      expect(await said()).toEqual(['to live on', 'the work failed']);
      expect(await query(nobodys)).toEqual(before);
      expect((await open.credits.history(userId, {})).data[0]!.reason).toBe('to live on');
    });

    test('stays of holds that were carried over, which share it', async () => {
      await query(CARRIED, [50]);
      await oldHolds(1);
      expect(await forget()).toBe(1);
      expect(await said()).toEqual(['to live on', 'the work failed']);
    });

    test('takes no row where a hold was raised, for the ledger says that of nobody', async () => {
      const { id } = await open.credits.hold({ userId, action: 'measured', atMost: { second: 1 } });
      await open.credits.raise({ holdId: id, measured: { second: 9 } });
      expect(await said()).toEqual(['to live on']);
      const [ended] = await query(
        `SELECT reason FROM credits.holds WHERE user_id = $1 AND state = 'released'`,
        [userId],
      );
      expect(ended).toEqual({ reason: 'raised' });
      await open.credits.release({ holdId: id });
    });
  });

  test('stay as long as they are kept, and for ever where that is 0', async () => {
    await oldHolds(2, 10);
    expect(await forget(11)).toBe(0);
    expect(await forget(0)).toBe(0);
    expect(await endedHolds()).toBe(2);
    expect(await forget(9)).toBe(2);
  });

  test('stay for a day whoever asks', async () => {
    await releasedHold();
    const [row] = await query(`SELECT credits.forget_holds(now() + interval '1 year', 100) AS forgotten`);
    expect([row!['forgotten'], await endedHolds()]).toEqual([0, 1]);
  });

  test('go in shares, the oldest first; of several instances each takes its own, and the sums are of all', async () => {
    const ids = await oldHolds(9);
    expect(await forget(90, 2)).toBe(2);
    const left = await query(`SELECT id FROM credits.ended_holds ${ofUser} ORDER BY id`, [userId]);
    expect(left.map(({ id }) => id)).toEqual([...ids].sort().slice(2));
    const shares = await Promise.all([1, 2, 3, 4].map(() => forget(90, 3)));
    const rest = await forget();
    expect(shares.reduce((sum, share) => sum + share, rest)).toBe(7);
    await open.check();
  });

  test('may have made the newest version of their wallet', async () => {
    await oldHolds(1);
    expect(await forget()).toBe(1);
    const [row] = await query(`SELECT newest FROM credits.former_holds ${ofUser}`, [userId]);
    expect(Number(row!['newest'])).toBe((await open.credits.balance(userId)).version);
    await open.check();
  });
});

describe('what must not go is missed by the check', () => {
  const its = `WHERE wallet = (SELECT number FROM credits.wallets WHERE user_id = 'mallory')`;

  async function checksAfter(sql: string): Promise<string[]> {
    const owner = open.dataSource.createQueryRunner();
    await owner.startTransaction();
    try {
      await owner.query(TRIGGERS_OFF);
      await owner.query(sql);
      const { differences } = await checkIntegrity((text, values) => owner.query(text, values));
      expect(new Set(differences.map((each) => each.userId))).toEqual(new Set(['mallory']));
      return differences.map(({ check }) => check);
    } finally {
      await owner.rollbackTransaction();
      await owner.release();
    }
  }

  beforeAll(async () => {
    userId = 'mallory';
    await open.credits.grant({ userId, credits: 100, reason: 'to live on', actor: 'test' });
    await oldHolds(2);
    await forget();
    await releasedHold();
    await open.credits.charge({ userId, action });
    await releasedHold();
    await open.check();
  });

  test.each([
    ['a hold that was only deleted', `DELETE FROM credits.ended_holds ${its}`, 'versions_without_gap'],
    ['what is left of holds', `DELETE FROM credits.former_holds ${its}`, 'versions_without_gap'],
    [
      'a charge, counted as if it had been half a hold',
      `UPDATE credits.ledger_entries SET version = version + 1 ${its} AND kind = 'charge'`,
      'sum_of_versions',
    ],
    [
      'a hold under the versions of another',
      `UPDATE credits.former_holds SET versions = versions + 1 ${its}`,
      'sum_of_versions',
    ],
    [
      'a version that never was',
      `UPDATE credits.former_holds SET newest = newest + 100 ${its}`,
      'newest_version',
    ],
  ])('%s', async (_what, sql, check) => {
    expect(await checksAfter(sql)).toContain(check);
  });
});
