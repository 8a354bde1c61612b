// npm run seed -- --data-dir DIR [--wallets 1000000] [--entries 10000000] [--deep 200000]
//
// Fills a ledger as years of use would have: the entries lie in the order of their time and not of their wallets,
// every index grew row by row, a third of the charges went through holds, and the books agree.
import { parseArgs } from 'node:util';
import { openLedger } from './ledger-database.mjs';
import { Progress } from './progress.mjs';
import { AS_LEDGER, CHARGES_SQL, OPENINGS_SQL, WALLETS_SQL } from './seed-sql.mjs';

const ROWS_A_STATEMENT = 50_000;
/** One wallet has this many entries, to page through. */
const DEEP_ENTRIES = 200_000;

const { values: flags } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    wallets: { type: 'string', default: '1000000' },
    entries: { type: 'string', default: '10000000' },
    deep: { type: 'string', default: String(DEEP_ENTRIES) },
  },
});
const [wallets, entries, deep] = [flags.wallets, flags.entries, flags.deep].map(Number);
const rounds = Math.ceil((entries - deep) / wallets) - 1;

if (![wallets, entries, deep].every(Number.isSafeInteger) || wallets < 1 || deep < 1 || rounds < 0) {
  console.error('npm run seed -- --data-dir DIR [--wallets N] [--entries N] [--deep N]');
  console.error('Whole numbers; as many entries as wallets at least, and those of the deep wallet.');
  process.exit(2);
}

const database = await openLedger(flags['data-dir']);
try {
  await seed(database.client);
} finally {
  await database.close();
}

async function seed(client) {
  const { rows } = await client.query('SELECT EXISTS (SELECT FROM credits.wallets) AS used');
  if (rows[0].used)
    throw new Error('refused: there are wallets already, and this only fills an empty ledger');
  // One session's own: what a power cut takes away, the next run seeds again.
  await client.query(`SET statement_timeout = 0; SET synchronous_commit = off; ${AS_LEDGER}`);
  // Every wallet has its opening and one charge a round, the deep one as many as are left.
  const deepCharges = deep - 1;
  const progress = new Progress(wallets * 2 + wallets * rounds + deep);

  for (const [first, last] of parts(wallets)) {
    await inOneTransaction(client, [
      [WALLETS_SQL, [wallets, first, last, rounds, deepCharges]],
      [OPENINGS_SQL, [wallets, first, last]],
    ]);
    progress.add((last - first + 1) * 2);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const [first, last] of parts(wallets)) {
      // The deep wallet's charges lie among those of the others, not in one heap.
      const share = (position) =>
        Math.floor((deepCharges * ((round - 1) * wallets + position)) / (rounds * wallets));
      const values = [wallets, first, last, round, rounds, share(first - 1) + 1, share(last)];
      await client.query(CHARGES_SQL, values);
      progress.add(last - first + 1 + share(last) - share(first - 1));
    }
  }
  progress.say('vacuuming');
  await client.query('VACUUM (ANALYZE)');
  const { rows: sizes } = await client.query(
    `SELECT pg_size_pretty(pg_database_size(current_database())) AS size,
            (SELECT count(*) FROM credits.wallets) AS wallets, (SELECT count(*) FROM credits.entries) AS entries`,
  );
  progress.say(`${sizes[0].wallets} wallets, ${sizes[0].entries} entries, ${sizes[0].size}`);
}

function* parts(count) {
  for (let first = 1; first <= count; first += ROWS_A_STATEMENT) {
    yield [first, Math.min(first + ROWS_A_STATEMENT - 1, count)];
  }
}

async function inOneTransaction(client, statements) {
  await client.query('BEGIN');
  for (const [text, values] of statements) await client.query(text, values);
  await client.query('COMMIT');
}
