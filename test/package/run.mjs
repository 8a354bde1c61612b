// `npm run test:package [-- NAME]`: the packed module in applications that are not ours, and what the documents show.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, stopCluster } from '../support/cluster.mjs';
import { emptyDatabase, expectPaid, folder, install, run, tarball, withApp } from './apps.mjs';
import { compileDocuments, tryFirstPaidAnswer } from './documents.mjs';
import { tryBullMq, tryPgBoss } from './jobs.mjs';
import { tryPrisma } from './prisma.mjs';

const MOST_BYTES = 2_000_000;

const hosts = readdirSync(join(import.meta.dirname, 'hosts'));
const usual = {
  ...Object.fromEntries(hosts.map((host) => [host, () => tryHost(host)])),
  'pg-boss': tryPgBoss,
  'first-paid-answer': tryFirstPaidAnswer,
};
/** By name only: what they install is large, or wants a redis-server. */
const trials = { ...usual, documents: compileDocuments, bullmq: tryBullMq, prisma: tryPrisma };

await startCluster();
try {
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(usual);
  for (const one of wanted) await trials[one]();
} finally {
  await stopCluster();
}

async function tryHost(host) {
  const at = join(folder, host);
  cpSync(join(import.meta.dirname, 'hosts', host), at, { recursive: true });
  if (isEsm(at)) cpSync(join(import.meta.dirname, 'jest-esm'), at, { recursive: true });
  install(at, tarball);
  const bytes = sizeOf(join(at, 'node_modules/creditgate'));
  assert(bytes < MOST_BYTES, `installed, the package has ${bytes} bytes`);
  run('npx', ['tsc', '-p', '.'], at);
  const database = { DATABASE_URL: await emptyDatabase() };
  cpSync(join(import.meta.dirname, 'reads.mjs'), join(at, 'reads.mjs'));
  await withApp('node', ['out/app.js'], at, database, (url) => {
    run('node', ['reads.mjs', url], at, database);
    return expectPaid(`${url}/speech`);
  });
  assert.match(run('npx', ['creditgate', 'integrity'], at, database), /the books agree/);
  run('npm', ['test', '--silent'], at, database);
  console.log(`ok ${host}: ${bytes} bytes installed`);
}

/** Their Jest is the same; one of CommonJS has its own. */
function isEsm(at) {
  return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).type === 'module';
}

function sizeOf(path) {
  const files = readdirSync(path, { recursive: true }).map((name) => statSync(join(path, name)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
