// The fault run: real processes, real PostgreSQL, clients with a list of their own, and a judge.
//
//   npm run chaos                          every fault, then the controls that must be caught
//   npm run chaos -- --minutes 10          all faults mixed, for so long
//   npm run chaos -- --fault app-kill --cycles 50
//   npm run chaos -- --trial coherence     two instances, and more over HTTP: overload, silence, shutdown, streams
//   npm run chaos -- --control async-commit
//   npm run chaos:short                    two minutes, for every change
//   SEED=… npm run chaos, or --seed        the same plan again
//
// Progress goes to stderr, the table and the verdict to stdout. It ends with 1 when a property does not hold or a
// control goes unnoticed. Linux or macOS; it uses POSIX signals.

import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.mjs';
import { controls, programmeOf, scenarios, trials } from './programme.mjs';
import { propertiesOf } from './properties.mjs';
import { tablesOf } from './report.mjs';
import { runScenario } from './scenario.mjs';

const { seed, ...wanted } = readArguments();
const results = [];
const count = { passed: 0, failed: 0 };
const start = performance.now();
const say = (line) =>
  process.stderr.write(`[${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s] ${line}\n`);

say(`seed ${seed}`);
const cluster = await Cluster.make();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cluster.remove().finally(() => process.exit(130)));
}
try {
  for (const run of programmeOf(wanted)) await perform(run);
} catch (error) {
  count.failed += 1;
  say(`broken off: ${error.stack}`);
} finally {
  await cluster.remove();
}
console.log(`\n${tablesOf(results)}\n\n${circumstances()}`);
const command = process.argv.includes('--short') ? 'chaos:short' : 'chaos';
if (count.failed > 0) console.log(`To plan the same again: SEED=${seed} npm run ${command}`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

/** What has to stand beside a figure. */
function circumstances() {
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=7']).toString().trim();
  } catch {
    // Not a checkout.
  }
  const disk = cluster.smallDisk ? '' : ', no full disk: mounting one is not permitted here';
  return (
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, seed ${seed}, ${cpus().length} × ${cpus()[0].model}, ` +
    `load ${loadavg()[0].toFixed(1)}, Node ${process.version}, PostgreSQL ${cluster.version}${disk}`
  );
}

/** Each on a freshly started server, with the settings it asks for. */
async function perform({ name, control, play = runScenario, options }) {
  say(`${name}${control ? `: ${control.breaks}` : ''}`);
  await cluster.start(options.settings);
  const progress = (line) => say(`  ${name}: ${line}`);
  const started = performance.now();
  const result = await play({ cluster, name, seed, say: progress, ...options });
  result.name = name;
  result.seconds = (performance.now() - started) / 1000;
  await cluster.stop();
  const checks = control
    ? [[`${name} is caught: ${control.expected}`, control.caught(result), describe(result)]]
    : (result.checks ?? propertiesOf(result)).map(([property, ...rest]) => [`${name}: ${property}`, ...rest]);
  const broken = checks.filter(([, holds]) => !holds);
  for (const [property, , seen] of broken) say(`  FAILED ${property} (${seen})`);
  const { lateLandings } = result;
  if (lateLandings > 0)
    say(`  ${lateLandings} operations landed after the client had been told no on a retry`);
  count.failed += broken.length;
  count.passed += checks.length - broken.length;
  if (broken.length > 0 && result.saveList) explain(result);
  result.verdict = control ? (broken.length ? 'NOT CAUGHT' : 'caught') : broken.length ? 'FAILED' : 'held';
  results.push(result);
}

function describe({ facts, lost, doubled, oversold, differences }) {
  return JSON.stringify(facts ?? { lost, doubled, oversold, differences });
}

function explain({ examples, saveList }) {
  for (const example of examples) say(`    ${example}`);
  say(`    the clients' list is in ${saveList()}`);
}

function readArguments() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      seed: text,
      minutes: text,
      cycles: text,
      fault: text,
      trial: text,
      control: text,
      short: { type: 'boolean' },
    },
  });
  const { fault, trial, control, short: isShort = false } = values;
  if (fault !== undefined && !(fault in scenarios))
    fail(`--fault is one of ${Object.keys(scenarios).join(', ')}`);
  if (trial !== undefined && !(trial in trials)) fail(`--trial is one of ${Object.keys(trials).join(', ')}`);
  if (control !== undefined && !(control in controls)) {
    fail(`--control is one of ${Object.keys(controls).join(', ')}`);
  }
  const number = (name, value) => {
    if (value !== undefined && !(Number(value) > 0)) fail(`--${name} is a number above 0`);
    return value === undefined ? undefined : Number(value);
  };
  const seed = number('seed', values.seed ?? process.env.SEED) ?? Math.floor(Math.random() * 2 ** 32);
  const minutes = number('minutes', values.minutes);
  return { seed, minutes, cycles: number('cycles', values.cycles), fault, trial, control, isShort };
}

function fail(message) {
  console.error(message);
  process.exit(64);
}
