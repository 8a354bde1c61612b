import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { environmentOf, startProgram, type CommandResult } from '../admin/child.js';
import type { TestDatabase } from '../support/database.js';

const dist = join(import.meta.dirname, '../../dist');
const INSUFFICIENT_PRIVILEGE = '42501';

/** Where a product keeps what is its own; without a database URL it has an embedded one. */
export interface Place {
  dataDir: string;
  databaseUrl?: string;
}

/** A folder that the embedded server's account can pass through. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-backup-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true });

export function envOf({ dataDir, databaseUrl }: Place): NodeJS.ProcessEnv {
  const env = environmentOf({ dataDir, databaseUrl: databaseUrl ?? '' });
  return { ...env, CREDIT_SIGNUP_GRANT: '100', CREDIT_COST_PREMIUM_EXPORT: '1' };
}

export function run(place: Place, program: string, ...args: string[]): Promise<CommandResult> {
  return startProgram(`cli/${program}.js`, envOf(place), args).result;
}

export interface Running {
  url: string;
  stop(): Promise<void>;
}

/** The product, in a process of its own. */
export async function serve(place: Place): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [join(dist, 'main.js')], {
    cwd: dist,
    env: envOf(place),
  });
  child.stderr!.pipe(process.stderr);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return {
    url: String(line).trim().replace(/\/$/, ''),
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Empty, and of a role that owns it and nothing else, wherever the one of the tests may make roles. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `creditgate_empty_${randomBytes(6).toString('hex')}`;
  const url = new URL(process.env['CREDITGATE_TEST_SERVER_URL']!);
  const server = new pg.Client({ connectionString: url.href });
  await server.connect();
  const hasRole = await makeRole(server, name);
  await server.query(`CREATE DATABASE ${name}`);
  if (hasRole) await server.query(`ALTER DATABASE ${name} OWNER TO ${name}`);
  const ownUrl = new URL(url);
  ownUrl.pathname = `/${name}`;
  if (hasRole) Object.assign(ownUrl, { username: name, password: name });
  return {
    url: ownUrl.href,
    async drop() {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      if (hasRole) await server.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
      await server.end();
    },
  };
}

async function makeRole(server: pg.Client, name: string): Promise<boolean> {
  try {
    await server.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    await server.query(`GRANT SET ON PARAMETER credits.writer TO ${name}`);
    return true;
  } catch (error) {
    if ((error as pg.DatabaseError).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return false;
  }
}
