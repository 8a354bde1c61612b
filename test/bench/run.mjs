// npm run bench [-- --json] [-- --only ours-spread --seconds 5]
//
// One run on one durable database: the product beside what an engineer would have written himself. Progress goes
// to stderr, the result to stdout. Exit code 1: it broke off, or the books do not agree and no figure counts.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { checkBooks } from './bookkeeping.mjs';
import { Competition, WARM_UP_SECONDS } from './competition.mjs';
import { openDatabase } from './database.mjs';
import { allScenarios, scenariosFor } from './plan.mjs';
import { asText, ratios } from './report.mjs';
import { SPREAD } from './wallets.mjs';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string' },
  },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds ?? (flags.only === undefined ? 3 : 1));
const scenarios = scenariosFor(flags.only).map((scenario) => ({ ...scenario, seconds }));
const started = performance.now();

if (scenarios.length === 0 || !(seconds > 0) || !(rounds >= 1)) {
  const ids = allScenarios.map(({ id }) => id).join(' ');
  console.error(`npm run bench [-- --json] [-- --only NAME] [-- --seconds N] [-- --rounds N]`);
  console.error(`NAME is one of these or its beginning: ${ids}`);
  process.exit(2);
}

try {
  const report = await compete();
  console.log(flags.json ? JSON.stringify(report, null, 2) : asText(report));
  if (!report.checks.every(({ ok }) => ok)) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

async function compete() {
  const database = await openDatabase();
  const competition = new Competition({ database, scenarios, signal: interruption(), say });
  try {
    await competition.prepare();
    await competition.tune();
    const results = await competition.measure(rounds);
    say('checking the books');
    const checks = await checkBooks(database.monitor, competition);
    return {
      at: new Date().toISOString(),
      commit: commit(),
      machine: { processors: cpus().length, model: cpus()[0]?.model, node: process.version },
      server: database.settings,
      run: { rounds, seconds, warmUpSeconds: WARM_UP_SECONDS, wallets: SPREAD.length },
      poolSizes: competition.poolSizes,
      tookSeconds: Math.round((performance.now() - started) / 1000),
      ratios: ratios(results),
      results,
      checks,
    };
  } finally {
    await competition.close();
    await database.close();
  }
}

/** Ctrl-C ends the load and then tidies up; a second one ends the process. */
function interruption() {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => controller.abort(new Error(`${signal}: broken off`)));
  }
  return controller.signal;
}

function commit() {
  try {
    const options = { cwd: import.meta.dirname, stdio: 'pipe', encoding: 'utf8' };
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim();
  } catch {
    return null;
  }
}

function say(line) {
  console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}
