import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { AllowInput } from '../../src/credits/allowances/allowance.js';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { createTestDatabase } from '../support/database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';
import { START, openClockedCredits, type ClockedCredits } from '../model/clocked-credits.js';

const PAIRS = 60;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const by = { reason: 'a step of the test', actor: 'test' };

let open: ClockedCredits;
beforeAll(async () => {
  open = await openClockedCredits();
  await open.sql.query(`SELECT credits.listen_to_events('post', ARRAY['credits.refilled'], 10, 0)`);
  await open.sql.query(`UPDATE credits.event_listeners SET until = 'infinity'`);
});
afterAll(() => open.close());

/** A number below `n`, another one each time and the same in each run. */
let seed = 20_261_130;
function any(n: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return (seed >>> 16) % n;
}
const oneIn = (n: number) => any(n) === 0;
const timeAfter = (days: number) => new Date(START + days * DAY).toISOString();

type Act = (credits: CreditsService, userId: string) => Promise<unknown>;

/** Terms and gifts of any kind, most of them the usual ones: a monthly allowance, and perhaps something bought. */
function opening(): Act[] {
  const allow = (plan: string): Act => {
    const terms = { plan, credits: 1 + any(oneIn(3) ? 9 : 60), carry: oneIn(2) ? any(70) : 0 };
    const until = oneIn(8) ? timeAfter(40 + any(40)) : undefined;
    const paid = oneIn(3) ? paidFor() : {};
    return (credits, userId) => credits.allow({ userId, anchor: timeAfter(0), until, ...terms, ...paid });
  };
  const give = (priority: number, expiresAt: string | null): Act => {
    const given = { credits: 20 + any(50), priority, expiresAt, ...by };
    return (credits, userId) => credits.grant({ userId, ...given });
  };
  const owe: Act = async (credits, userId) => {
    const { entryId } = await credits.grant({ userId, credits: 30, ...by });
    await credits.adjust({ userId, credits: -30, ...by });
    await credits.clawback({ entryId, credits: 30, ...by });
  };
  return [
    allow('pro'),
    ...(oneIn(3) ? [give(50, null)] : []),
    ...(oneIn(3) ? [give(30 + any(20), timeAfter(oneIn(2) ? 31 : 28 + any(6)))] : []),
    ...(oneIn(8) ? [allow('more')] : []),
    ...(oneIn(10) ? [owe] : []),
  ];
}

/** So many refills, the last of them for longer, and what is left over of a former plan: as purchases of plans have it. */
function paidFor(): Partial<AllowInput> {
  const refills = 1 + any(5);
  const lastUntil = timeAfter(31 * refills + any(9));
  return {
    refills,
    ...(oneIn(2) && { lastUntil }),
    ...(oneIn(2) && { idempotencyKey: `paid-${any(1_000)}` }),
  };
}

/** Another plan, into which what is left over of the first one is carried. */
const follow: Act = async (credits, userId) => {
  const first = `SELECT id FROM credits.allowances WHERE user_id = $1 AND plan = 'pro'`;
  const { rows } = await open.sql.query<{ id: string }>(first, [userId]);
  const [{ id }] = rows as [{ id: string }];
  await credits.endAllowance({ id });
  await credits.allow({ userId, plan: 'next', credits: 40, carry: 30, refills: 12, follows: id });
};

/** What somebody does in a month; some of it is refused. */
function month(): Act[] {
  const spent = { action: 'work', credits: any(oneIn(2) ? 10 : 70) };
  const held = { action: 'work', credits: 1 + any(10), ttlSeconds: 7_200 };
  const spend: Act = (credits, userId) => credits.charge({ userId, ...spent }).catch(() => 'too little');
  const hold: Act = (credits, userId) => credits.hold({ userId, ...held }).catch(() => 'too little');
  return [spend, ...(oneIn(6) ? [hold] : []), ...(oneIn(12) ? [follow] : [])];
}

async function bothDo(acts: Act[][]): Promise<void> {
  await Promise.all(
    acts.flatMap((ofOne, n) =>
      ['together', 'alone'].map(async (kind) => {
        for (const act of ofOne) await act(open.credits, `${kind}-${n}`);
      }),
    ),
  );
}

/** How many of these users have an allowance of that kind and no other: what was poured was poured by it. */
async function openedBy(users: string[], kind: string): Promise<number> {
  const { rowCount } = await open.sql.query(
    `SELECT w.number FROM credits.wallets w JOIN credits.allowance_terms a ON a.wallet = w.number
      WHERE w.user_id = ANY ($1) GROUP BY w.number HAVING bool_and(${kind})`,
    [users],
  );
  return rowCount!;
}

/** Whose holds nobody kept alive: the sweeper looks for them by themselves. */
async function overdue(): Promise<string[]> {
  const { rows } = await open.sql.query<{ user_id: string }>(
    `SELECT user_id FROM credits.wallets WHERE holds_due_at <= (SELECT now FROM testing.clock)`,
  );
  return rows.map(({ user_id }) => user_id);
}

/** All that the ledger has of these users, without ids of its own. */
async function rowsOf(kind: string): Promise<string[]> {
  const { rows } = await open.sql.query<{ row: string }>(
    `WITH w AS (SELECT *, substr(user_id, length($1) + 2) AS who FROM credits.wallets WHERE user_id LIKE $1 || '-%'),
          g AS (SELECT id, (version, part)::text AS place FROM credits.grant_terms),
          why AS (SELECT number AS reason, reason AS why FROM credits.reasons)
     SELECT who || ' has ' || (balance, held, version, epoch, due_at, holds_due_at, active_holds, owed)::text AS row FROM w
      UNION ALL
     SELECT who || ' entry ' || (e.version, kind, amount, balance_after, held_after, owed_after, e.epoch, why, actor,
                                 e.created_at, key IS NULL, fingerprint IS NULL, g.place)::text
       FROM w JOIN credits.ledger_entries e ON e.wallet = w.number LEFT JOIN g ON g.id = e.grant_id
       LEFT JOIN why USING (reason)
      UNION ALL
     SELECT who || ' grant ' || (t.version, part, amount, expires_at, category, priority, why, actor, t.created_at,
                                 o.place)::text
       FROM w JOIN credits.grant_terms t ON t.wallet = w.number LEFT JOIN why USING (reason)
       LEFT JOIN g o ON o.id = t.origin
      UNION ALL
     SELECT who || ' layer ' || (l.epoch, l.until, height, lapsed, g.place)::text
       FROM w JOIN credits.grant_layers l ON l.wallet = w.number JOIN g ON g.id = l.grant_id
      UNION ALL
     SELECT who || ' allowance ' || (plan, carry, refills, period, next_at, ended_at, g.place,
                                     ARRAY(SELECT c.place FROM g c WHERE c.id = ANY (a.carried_ids) ORDER BY 1))::text
       FROM w JOIN credits.allowance_terms a ON a.wallet = w.number
       LEFT JOIN g ON g.id = a.grant_id
      UNION ALL
     SELECT who || ' refill ' || (a.plan, r.period, e.version)::text
       FROM w JOIN credits.allowance_terms a ON a.wallet = w.number CROSS JOIN credits.allowance_refills(a.id) r
       JOIN credits.ledger_entries e ON e.id = r.entry_id
      UNION ALL
     SELECT who || ' event ' || (type, data, split_part(once, ':', 3), o.due_at)::text
       FROM w JOIN credits.outbox o ON o.wallet = w.number
      ORDER BY 1`,
    [kind],
  );
  return rows.map(({ row }) => row);
}

test('many wallets in one statement become what each of them becomes when it is settled by itself', async () => {
  await bothDo(Array.from({ length: PAIRS }, opening));
  const { ledger } = open.groups.first;
  const settle = (userId: string) => ledger.apply({ verb: 'settle', user_id: userId });
  const refilled: string[] = [];
  // Once nobody looks for two months.
  for (const at of ['2101-04-01', '2101-05-01', '2101-07-01', '2101-08-01'].map(Date.parse)) {
    await open.setClock(at - HOUR);
    await bothDo(Array.from({ length: PAIRS }, month));
    await open.setClock(at + any(2) * HOUR);
    const users = Array.from({ length: PAIRS }, (_, n) => `together-${n}`);
    const left = await ledger.refillTogether(users);
    refilled.push(...users.filter((user) => !left.includes(user)));
    await Promise.all([...left, ...(await overdue()), ...users.map((_, n) => `alone-${n}`)].map(settle));
    expect(await rowsOf('together')).toEqual(await rowsOf('alone'));
  }
  expect(refilled.length).toBeGreaterThan(2 * PAIRS);
  expect(await openedBy(refilled, 'carry > 0')).toBeGreaterThan(PAIRS / 3);
  expect(await openedBy(refilled, 'refills > 1')).toBeGreaterThan(PAIRS / 6);
  await open.check();
});

test('a wallet that cannot hold all of a refill is left to be settled, and takes what fits', async () => {
  const { ledger } = open.groups.first;
  const [userId, most] = ['nearly full', Number.MAX_SAFE_INTEGER];
  await open.setClock(START);
  await open.credits.grant({ userId, credits: most - 40, priority: 60, ...by });
  await open.credits.allow({ userId, plan: 'pro', credits: 30, anchor: timeAfter(0), carry: 30 });
  await open.setClock(Date.parse('2101-04-01'));
  expect(await ledger.refillTogether([userId])).toEqual([userId]);
  await ledger.apply({ verb: 'settle', user_id: userId });
  expect(await open.credits.balance(userId)).toMatchObject({ balance: most });
});

test('a wallet that somebody else has locked is passed over, and one that is not due', async () => {
  const { ledger } = open.groups.first;
  await open.setClock(START);
  for (const userId of ['locked', 'free', 'early']) {
    const startsAt = timeAfter(userId === 'early' ? 32 : 0);
    await open.credits.allow({ userId, plan: 'pro', credits: 10, anchor: startsAt });
  }
  await open.setClock(Date.parse('2101-04-01'));
  const stranger = open.dataSource.createQueryRunner();
  await stranger.startTransaction();
  try {
    await stranger.query(`SELECT FROM credits.wallets WHERE user_id = 'locked' FOR UPDATE`);
    expect(await ledger.refillTogether(['early', 'free', 'locked', 'nobody'])).toEqual([]);
  } finally {
    await stranger.rollbackTransaction();
    await stranger.release();
  }
  const { rows } = await open.sql.query(
    `SELECT user_id, count(*)::int AS poured FROM credits.entries
      WHERE user_id IN ('early', 'free', 'locked') AND kind = 'grant' GROUP BY 1 ORDER BY 1`,
  );
  expect(rows).toEqual([
    { user_id: 'free', poured: 2 },
    { user_id: 'locked', poured: 1 },
  ]);
});

test('no walk over what others have, also by a plan that was made when nothing was poured yet', async () => {
  const database = await createTestDatabase();
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  try {
    await sql.query(AS_THE_LEDGER);
    await sql.query(
      `INSERT INTO wallets (user_id, name_hash, due_at) SELECT 'due-' || n, name_hash('due-' || n), now() FROM generate_series(1, 400) n`,
    );
    await sql.query(
      `INSERT INTO allowance_terms (id, wallet, plan, category, credits, carry, months, anchor, time_zone, next_at,
                                    refill_reason, created_at)
       SELECT new_id(name_hash), number, 'pro', 'paid', 50, 20, 1, now(), 'UTC', now(), 1, now() FROM wallets`,
    );
    await sql.query('ANALYZE; BEGIN');
    for (let from = 0; from < 400; from += 50) {
      const users = Array.from({ length: 50 }, (_, n) => `due-${from + n + 1}`);
      await sql.query('SELECT FROM refill_together($1, false)', [users]);
    }
    const { rows } = await sql.query<{ layers: number; read: string }>(
      `SELECT (SELECT count(*)::int FROM grant_layers) AS layers, idx_tup_fetch AS read
         FROM pg_stat_xact_user_tables WHERE relid = 'grant_layers'::regclass`,
    );
    expect(rows).toEqual([{ layers: 400, read: '0' }]);
  } finally {
    await sql.end();
    await database.drop();
  }
});
