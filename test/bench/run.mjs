// npm run bench [-- --json] [-- --write-docs] [-- --only ours-spread --seconds 5]
//
// One run on one durable database: the product beside what an engineer would have written himself. Progress goes
// to stderr, the result to stdout. Exit code 1: it broke off, or the books do not agree and no figure counts.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem, type, release } from 'node:os';
import { parseArgs } from 'node:util';
import { checkBooks } from './bookkeeping.mjs';
import { Competition, WARM_UP_SECONDS } from './competition.mjs';
import { openDatabase } from './database.mjs';
import { HttpProgramme } from './http/programme.mjs';
import { allScenarios, scenariosFor } from './plan.mjs';
import { asText } from './report.mjs';
import { measureStartUp } from './start-up.mjs';
import { ratios } from './summary.mjs';
import { SPREAD } from './wallets.mjs';
import { writeDocs } from './write-docs.mjs';

/** Beside the scenarios of plan.mjs. */
const OTHER_PARTS = ['http', 'start'];

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
    only: { type: 'string' },
    seconds: { type: 'string', default: '1.25' },
    rounds: { type: 'string' },
  },
});
const seconds = Number(flags.seconds);
const rounds = Number(flags.rounds ?? (flags.only === undefined ? 3 : 1));
const scenarios = scenariosFor(flags.only).map((scenario) => ({ ...scenario, seconds }));
const includes = (part) => flags.only === undefined || flags.only === part;
const isWhole = flags.only === undefined;
const started = performance.now();
const signal = interruption();

if (
  (scenarios.length === 0 && !OTHER_PARTS.some(includes)) ||
  !(seconds > 0) ||
  !(rounds >= 1) ||
  (flags['write-docs'] && !isWhole)
) {
  const ids = [...allScenarios.map(({ id }) => id), ...OTHER_PARTS].join(' ');
  console.error(`npm run bench [-- --json | --write-docs] [--only NAME] [--seconds N] [--rounds N]`);
  console.error(`NAME is one of these or its beginning: ${ids}; docs are written of a whole run only`);
  process.exit(2);
}

try {
  const report = await measureAll();
  console.log(flags.json ? JSON.stringify(report, null, 2) : asText(report));
  if (!report.checks.every(({ ok }) => ok)) process.exitCode = 1;
  else if (flags['write-docs']) await writeDocs(report);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

async function measureAll() {
  const database = await openDatabase();
  try {
    const ledger =
      scenarios.length > 0 ? await compete(database) : { results: [], poolSizes: {}, checks: [] };
    const http = includes('http') ? await measureHttp(database) : undefined;
    const startUp = includes('start') ? await measureStartUp({ rounds, signal, say }) : undefined;
    return {
      at: new Date().toISOString(),
      commit: commit(),
      machine: machine(),
      server: database.settings,
      run: { rounds, seconds, warmUpSeconds: WARM_UP_SECONDS, wallets: SPREAD.length },
      poolSizes: ledger.poolSizes,
      tookSeconds: Math.round((performance.now() - started) / 1000),
      ratios: ratios({ results: ledger.results, http, startUp }),
      results: ledger.results,
      http: http?.figures,
      startUp,
      checks: [...ledger.checks, ...(http === undefined ? [] : [http.check])],
    };
  } finally {
    await database.close();
  }
}

async function compete(database) {
  const competition = new Competition({ database, scenarios, signal, say });
  try {
    await competition.prepare();
    await competition.tune();
    const results = await competition.measure(rounds);
    say('checking the books');
    const checks = await checkBooks(database.monitor, competition);
    return { results, checks, poolSizes: competition.poolSizes };
  } finally {
    await competition.close();
  }
}

async function measureHttp(database) {
  const programme = new HttpProgramme({ databaseUrl: await database.another(), signal, say });
  try {
    await programme.start();
    const figures = await programme.measure(rounds, seconds);
    return { figures, check: await programme.check() };
  } finally {
    await programme.close();
  }
}

/** Ctrl-C ends the load and then tidies up; a second one ends the process. */
function interruption() {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.once(name, () => controller.abort(new Error(`${name}: broken off`)));
  }
  return controller.signal;
}

function machine() {
  return {
    processors: cpus().length,
    model: cpus()[0]?.model,
    gibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: loadavg()[2],
  };
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
