import { expect, test } from '@jest/globals';
import { readOverview } from '../../src/credits/reads/overview.js';
import { AS_THE_LEDGER_LOCALLY } from '../support/ledger-hand.js';
import { clientOnOwnDatabase } from '../support/own-database.js';

const FORMER = 60_000;

const [client] = await clientOnOwnDatabase();

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  Plans?: Plan[];
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan;
  for (const inner of plan.Plans ?? []) yield* nodesOf(inner);
}

test('the overview reads the entries of its days and not a year of them', async () => {
  await client.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('busy', 100)`);
  await client.query('BEGIN');
  await client.query(AS_THE_LEDGER_LOCALLY);
  // A year of charges, with ids that begin with their time as the ledger's do.
  await client.query(
    `INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, action)
     SELECT w.number, 1 + n, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
            'charge', -1, 100, 0, 1, at, 'txt_upload'
       FROM wallets w, generate_series(1, $1::int) n,
            LATERAL (SELECT now() - interval '40 days' - n * interval '8 minutes' AS at) t`,
    [FORMER],
  );
  // What the ledger pours by itself is nobody's act.
  await client.query(
    `INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at, actor)
     SELECT number, 2 + $1::int, new_id(name_hash), 'grant', 50, 150, 0, 1, now(), number_of_actor('ledger') FROM wallets`,
    [FORMER],
  );
  await client.query('ANALYZE ledger_entries');
  const asked: [string, unknown[]][] = [];
  const overview = await readOverview(
    async (sql, values) => {
      asked.push([sql, values]);
      return (await client.query(sql, values)).rows;
    },
    { schema: 'credits', days: 30, timeZone: 'Pacific/Auckland' },
  );
  expect(overview.days).toHaveLength(30);
  expect(overview.days.at(-1)).toMatchObject({ charged: 0, adjusted: 100 });
  expect(overview.acts).toMatchObject([{ kind: 'adjustment', credits: 100, userId: 'busy' }]);
  const ofEntries = asked.filter(([sql]) => sql.includes('ledger_entries'));
  expect(ofEntries).toHaveLength(2);
  for (const [sql, values] of ofEntries) {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values);
    const read = [...nodesOf(rows[0]['QUERY PLAN'][0].Plan)].filter(
      (node) => node['Relation Name'] === 'ledger_entries',
    );
    // By whichever index, never by looking through the table.
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(Math.max(...read.map((node) => node['Actual Rows']))).toBeLessThan(10);
  }
  await client.query('ROLLBACK');
});
