// npm run bench:scale -- --data-dir DIR [--seconds 5] [--warm-up 30] [--rounds 3] [--json]
//
// A large ledger (npm run seed) beside a small one on the same server: what degrades, and by how much. Then four
// instances on one database, and what the storage settings of the wallets are worth. Progress goes to stderr.
import { parseArgs } from 'node:util';
import { answersComeAndGo } from './answers.mjs';
import { fourInstances } from './instances.mjs';
import { openLedger } from './ledger-database.mjs';
import { besideEachOther, historyAtDepth, sizes } from './measurements.mjs';
import { asText } from './scale-report.mjs';
import { SmallDatabases } from './small-databases.mjs';
import { storageSettings } from './storage-settings.mjs';

const { values: flags } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, warmUpSeconds, rounds] = ['seconds', 'warm-up', 'rounds'].map((name) => Number(flags[name]));
if (!(seconds > 0) || !(warmUpSeconds >= 0) || !(rounds >= 1)) {
  console.error('npm run bench:scale -- --data-dir DIR [--seconds N] [--warm-up N] [--rounds N] [--json]');
  process.exit(2);
}
const started = performance.now();
const say = (line) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);

const large = await openLedger(flags['data-dir']);
const small = new SmallDatabases(large.url);
try {
  const { rows } = await large.client.query(
    // The deep wallet is one of them, and whatever else was opened here since is not.
    `SELECT (SELECT count(*) + 1 FROM credits.wallets WHERE user_id ~ '^user-[0-9]+$')::int AS wallets,
            (SELECT count(*) FROM credits.entries)::int AS entries`,
  );
  const { wallets, entries } = rows[0];
  if (wallets < 2) throw new Error('the ledger is empty: npm run seed comes first');
  const plan = { seconds, warmUpSeconds, rounds, say };
  const report = {
    at: new Date().toISOString(),
    wallets,
    entries,
    results: await besideEachOther({ large, wallets, small: await small.make(), ...plan }),
    history: await historyAtDepth(large),
    sizes: await sizes(large.client),
    instances: await fourInstances({ url: await small.make(), ...plan }),
    answers: await answersComeAndGo({ url: await small.make(), say }),
    settings: await storageSettings({ small, ...plan }),
  };
  console.log(flags.json ? JSON.stringify(report, null, 2) : asText(report));
} finally {
  await small.close();
  await large.close();
}
