import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, startProgram, type CommandResult } from '../admin/child.js';

const dist = join(import.meta.dirname, '../../dist');

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
