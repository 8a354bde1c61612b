import { beforeAll, expect, test } from '@jest/globals';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';

// What operators read by hand of one user, or of one id, has to answer at once however long the ledger is.

const USERS = 400;
const ENTRIES_OF_EACH = 50;

const [books] = await onOwnDatabase(openCredits);

beforeAll(async () => {
  await asLedger(
    `SELECT listen_to_events('post', ARRAY['balance.low'], 108, 0); UPDATE event_listeners SET until = 'infinity'`,
  );
  const users = Array.from({ length: USERS }, (_, n) => `user-${n}`);
  for (const userId of users) {
    await books.credits.grant({ userId, credits: 100, reason: 'to begin with', actor: 'test' });
    await books.credits.allow({ userId, plan: 'pro', credits: 10 });
    const [held, { id }] = [await holdOf(userId), await holdOf(userId)];
    await books.credits.release({ holdId: id, reason: 'not done' });
    await books.credits.capture({ holdId: (await holdOf(userId)).id });
    expect(held.state).toBe('held');
  }
  await asLedger(`
    INSERT INTO ledger_entries (wallet, version, id, kind, action, amount, balance_after, held_after, epoch, created_at)
    SELECT w.number, 1000 + n, gen_random_uuid(), 'charge', 'txt_upload', -1, 1, 0, 1, now()
      FROM wallets w, generate_series(1, ${ENTRIES_OF_EACH}) n`);
  await asLedger('ANALYZE');
}, 60_000);

const holdOf = (userId: string) => books.credits.hold({ userId, action: 'txt_upload' });

async function asLedger(sql: string): Promise<void> {
  await books.pool.query(`${AS_THE_LEDGER}; ${sql}; RESET search_path`);
}

interface Node {
  'Relation Name'?: string;
  'Node Type': string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Recheck Cond'?: string;
  Plans?: Node[];
}

async function planOf(question: string): Promise<Node[]> {
  const { rows } = await books.pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `EXPLAIN (FORMAT JSON) ${question}`,
  );
  const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  return nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
}

/** Tables of which a plan reads more than an index leads to. */
async function walkedBy(question: string): Promise<string[]> {
  const isLed = (node: Node) =>
    (node['Index Cond'] ?? node['Recheck Cond']) !== undefined || node['Index Name'] === FEW;
  const walked = (await planOf(question)).filter((node) => !isLed(node)).map((node) => node['Relation Name']);
  return walked.filter((table) => table !== undefined && GROWING.includes(table)) as string[];
}

/** What was carried over with holds of the first form is in it, and nothing else. */
const FEW = 'ledger_entries_hold_id';
const GROWING = [
  'wallets',
  'ledger_entries',
  'running_holds',
  'ended_holds',
  'grant_terms',
  'grant_layers',
  'allowance_terms',
  'outbox',
];
const ID = '00000000-0000-4000-8000-000000000000';

test.each([
  ...['entries', 'holds', 'grants', 'allowances', 'events'].map(
    (view) => `SELECT * FROM credits.${view} WHERE user_id = 'user-7'`,
  ),
  ...['entries', 'holds', 'allowances', 'events'].map(
    (view) =>
      `SELECT * FROM unnest(ARRAY['user-7', 'user-8']) u (user_id) JOIN credits.${view} USING (user_id)`,
  ),
  ...['entries', 'holds', 'allowances', 'events'].map(
    (view) => `SELECT * FROM credits.${view} WHERE id = '${ID}'`,
  ),
  `SELECT * FROM credits.holds WHERE state = 'held' AND user_id = 'user-7' ORDER BY created_at`,
])('%s is led to its rows', async (question) => {
  expect(await walkedBy(question)).toEqual([]);
});

test('the newest entries of all are read from the end of an index', async () => {
  const plan = await planOf('SELECT * FROM credits.entries ORDER BY id DESC LIMIT 20');
  expect(plan.find((node) => node['Relation Name'] === 'ledger_entries')).toMatchObject({
    'Index Name': 'ledger_entries_id_unique',
    'Scan Direction': 'Backward',
  });
});

test('what is held is asked of the running holds alone', async () => {
  const plan = await planOf(`SELECT action, count(*) FROM credits.holds WHERE state = 'held' GROUP BY 1`);
  const tables = plan.map((node) => node['Relation Name']).filter((table) => table !== undefined);
  expect(tables).toContain('running_holds');
  expect(tables).not.toContain('ledger_entries');
});

test('every hold is told once, in its state', async () => {
  const { rows } = await books.pool.query(
    'SELECT state, count(*)::int, count(DISTINCT id)::int AS ids, sum(amount)::int FROM credits.holds GROUP BY 1 ORDER BY 1',
  );
  const each = { count: USERS, ids: USERS, sum: 3 * USERS };
  expect(rows).toEqual(['captured', 'held', 'released'].map((state) => ({ state, ...each })));
});
