import { afterAll } from '@jest/globals';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SECRET } from '../support/app.js';

const root = join(import.meta.dirname, '../..');

/** The product in a process of its own, as it was built, for those who want to kill it. */
export interface Child {
  url: string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface Place {
  databaseUrl: string;
  dataDir: string;
}

export function environmentOf({ databaseUrl, dataDir }: Place): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    CREDIT_SIGNUP_GRANT: '0',
    RATE_LIMIT_PER_MINUTE: '0',
  };
}

export async function startChild(place: Place): Promise<Child> {
  const env = environmentOf(place);
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], { cwd: place.dataDir, env });
  child.stderr.pipe(process.stderr);
  return { url: await addressOf(child), kill: (signal) => end(child, signal) };
}

export interface CommandResult {
  code: number | null;
  out: string;
  err: string;
}

/** One command of `npm run credits`, without npm. */
export function startCommand(place: Place, args: readonly string[]): RunningCommand {
  return startProgram('cli/credits.js', environmentOf(place), args);
}

export interface RunningCommand {
  child: ChildProcess;
  result: Promise<CommandResult>;
}

/** A program of the product as it was built, where no .env is found. */
export function startProgram(
  program: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  input = '',
): RunningCommand {
  const child = spawn(process.execPath, [join(root, 'dist', program), ...args], {
    cwd: join(root, 'dist'),
    env,
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => (said.out += String(data)));
  child.stderr.on('data', (data) => (said.err += String(data)));
  child.stdin.end(input);
  const result = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return { child, result };
}

let loaded: ChildProcess | undefined;
let before: Promise<unknown> = Promise.resolve();
afterAll(async () => {
  if (loaded !== undefined) await end(loaded, 'SIGKILL');
});

export function runCommand(place: Place, ...args: string[]): Promise<CommandResult> {
  return runCommandIn(environmentOf(place), args);
}

/** The same, in a process that has loaded the product already: loading it is two seconds of processor time. */
export function runCommandIn(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<CommandResult> {
  loaded ??= fork(join(import.meta.dirname, 'commands.mjs'), { cwd: join(root, 'dist'), silent: true });
  const result = before.then(async () => {
    loaded!.send({ env, args });
    const [said] = (await once(loaded!, 'message')) as [CommandResult];
    return said;
  });
  before = result;
  return result;
}

export async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

async function addressOf(child: ChildProcess): Promise<string> {
  let out = '';
  for await (const data of child.stdout!) {
    out += String(data);
    const url = /^(http\S+)\/\s/m.exec(out)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the product ended without an address');
}
