// `npm run matrix [-- --short]`: the packed module on the versions that it is promised for. Twelve applications, so that every
// version of each of the five meets every version of the other four; `--short` tries three of them. What it found is
// written to docs/lab/matrix.md, unless it was the short one.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, stopCluster } from '../support/cluster.mjs';
import { emptyDatabase, expectPaid, folder, install, nodeOf, run, tarball, withApp } from './apps.mjs';
import { cells, few, pairsOf } from './matrix/cells.mjs';
import { hasSystemPostgres, withSystemPostgres } from './matrix/system-postgres.mjs';
import { writeReport } from './matrix/report.mjs';

/** Nest 12 is made of ES modules alone. */
const FORMS = { 11: 'cjs', 12: 'esm' };

assert.deepEqual(pairsOf(cells).missing, [], 'pairs of versions that no application has');
const isShort = process.argv.includes('--short');
const onWhatIsThere = (cell) => ({ ...cell, postgres: hasSystemPostgres() ? cell.postgres : 18 });
const wanted = isShort ? few.map(onWhatIsThere) : cells;
const results = new Map();
await onServer(18, startCluster, stopCluster);
if (hasSystemPostgres()) await withSystemPostgres((url) => onServer(15, () => startOn(url), stopCluster));
const rows = wanted.map((cell) => ({ ...cell, ...(results.get(cell) ?? { result: 'no server' }) }));
console.table(rows, ['node', 'nest', 'typeorm', 'adapter', 'postgres', 'result', 'seconds']);
if (!isShort) writeReport(rows);
if (rows.some(({ result }) => result !== 'passed' && result !== 'no server')) process.exitCode = 1;

async function onServer(version, start, stop) {
  const here = wanted.filter(({ postgres }) => postgres === version);
  if (here.length === 0) return;
  await start();
  try {
    for (const cell of here) {
      const startedAt = performance.now();
      const result = await tryCell(cell).then(
        () => 'passed',
        (error) => String(error.message).split('\n')[0],
      );
      results.set(cell, { result, seconds: Math.round((performance.now() - startedAt) / 1000) });
      console.error(`${Object.values(cell).join(' ')}: ${result}`);
    }
  } finally {
    await stop();
  }
}

function startOn(url) {
  process.env.DATABASE_URL = url;
  return startCluster();
}

async function tryCell({ node, nest, typeorm, adapter }) {
  const at = appOf(nest, typeorm);
  const program = nodeOf(node);
  const variables = {
    DATABASE_URL: await emptyDatabase(),
    ADAPTER: adapter,
    TYPEORM: typeorm,
    FORM: FORMS[nest],
  };
  assert.match(run(program, ['--version'], at), new RegExp(`^v${node}\\.`));
  await withApp(program, ['app.mjs'], at, variables, (url) => expectPaid(`${url}/speech`));
  const creditgate = join(at, 'node_modules/creditgate/creditgate.mjs');
  assert.match(run(program, [creditgate, 'integrity'], at, variables), /the books agree/);
}

/** Both adapters are installed beside each other, so cells share what they can. */
function appOf(nest, typeorm) {
  const at = join(folder, `nest-${nest}-typeorm-${typeorm}`);
  if (existsSync(at)) return at;
  mkdirSync(at);
  const nestPackages = ['common', 'core', 'platform-express', 'platform-fastify'];
  const versions = { 0.3: '^0.3.20', 1: '^1.0.0' };
  const dependencies = {
    ...Object.fromEntries(nestPackages.map((name) => [`@nestjs/${name}`, `^${nest}.0.0`])),
    pg: '^8.11.0',
    'reflect-metadata': '^0.2.0',
    rxjs: '^7.8.0',
    ...(typeorm !== 'none' && { typeorm: versions[typeorm] }),
  };
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }));
  copyFileSync(join(import.meta.dirname, 'matrix/app.mjs'), join(at, 'app.mjs'));
  install(at, tarball);
  return at;
}
