// node test/bench/http/turns.mjs [--rounds 20] [--seconds 1] FOLDER FOLDER…
//
// The guarded POST and its unguarded twin of checkouts of this project, each built, in turns: each checkout's product in a
// process and a database of its own, see ../turns.mjs. Progress goes to stderr, a table to stdout.
import { SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../database.mjs';
import { median, ratioInTurns } from '../load.mjs';
import { count, fixed } from '../numbers.mjs';
import { Helper } from './processes.mjs';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 4;
const WORKS = { guarded: '/api/bench/paid', twin: '/api/bench/free' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '20' }, seconds: { type: 'string', default: '1' } },
});

const secret = randomBytes(32).toString('hex');
const tokens = await Promise.all(
  Array.from({ length: CONNECTIONS }, (_, index) => tokenOf(`http-user-${index}`)),
);
const database = await openDatabase();
const cannon = new Helper('cannon.mjs');
const checkouts = [];
try {
  for (const folder of positionals) checkouts.push(await open(resolve(folder)));
  for (const checkout of checkouts) {
    for (const work of Object.keys(WORKS)) await turn(checkout, work, WARM_UP_SECONDS);
  }
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const checkout of round % 2 === 0 ? checkouts : [...checkouts].reverse()) {
      for (const work of Object.keys(WORKS)) {
        checkout[work].push(await turn(checkout, work, Number(values.seconds)));
        console.error(
          `round ${round + 1}: ${checkout.folder} ${work} ${count(checkout[work].at(-1).perSecond)}/s`,
        );
      }
    }
  }
  print();
} finally {
  await Promise.allSettled([cannon, ...checkouts.map(({ server }) => server)].map((helper) => helper.stop()));
  await database.close();
}

async function open(folder) {
  const { Helper: HelperOfIt } = await import(join(folder, 'test/bench/http/processes.mjs'));
  const server = new HelperOfIt('product-server.mjs', {
    nodeArguments: startArguments(folder),
    variables: {
      ...{ DATABASE_URL: await database.another(), AUTH_MODE: 'hs256', AUTH_JWT_SECRET: secret },
      ...{ CREDIT_SIGNUP_GRANT: '1000000000', RATE_LIMIT_PER_MINUTE: '1000000000', LOG_LEVEL: 'info' },
    },
  });
  const { url } = await server.heard();
  return { folder, server, url, guarded: [], twin: [] };
}

/** As its `npm start` has them, but for the one that builds it. */
function startArguments(folder) {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return scripts.start.split(' ').filter((word) => word.startsWith('--') && !word.startsWith('--import'));
}

async function turn({ server, url }, work, seconds) {
  const before = await server.ask({ question: 'cpu' });
  const shot = { url: url + WORKS[work], method: 'POST', connections: CONNECTIONS, seconds, tokens };
  const { calls, seconds: took, failed } = await cannon.ask(shot);
  if (failed > 0) throw new Error(`${failed} of ${calls} answers were not 2xx: ${shot.url}`);
  const after = await server.ask({ question: 'cpu' });
  return {
    perSecond: calls / took,
    nodeMicros: (after.user + after.system - before.user - before.system) / calls,
  };
}

function tokenOf(user) {
  const now = Math.floor(Date.now() / 1000);
  const key = new TextEncoder().encode(secret);
  return new SignJWT({ sub: user, iat: now, exp: now + 3600 }).setProtectedHeader({ alg: 'HS256' }).sign(key);
}

function print() {
  console.log(
    '| POST, 64 connections | guarded /s | to the first, quartiles | Node µs | twin /s | guarded to twin |',
  );
  console.log('| --- | --: | --: | --: | --: | --: |');
  const of = (turns, key) => median(turns.map((turn) => turn[key]));
  for (const { folder, guarded, twin } of checkouts) {
    const [perSecond, free] = [of(guarded, 'perSecond'), of(twin, 'perSecond')];
    const cells = [
      folder,
      count(perSecond),
      ratioInTurns(guarded, checkouts[0].guarded, 'perSecond'),
      fixed(of(guarded, 'nodeMicros'), 0),
    ];
    console.log(`| ${[...cells, count(free), `${fixed((100 * perSecond) / free, 0)} %`].join(' | ')} |`);
  }
}
