import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Postmaster {
  pid: number;
  port: number;
}

/** The server that postmaster.pid names, if that process lives and is ours. */
export function runningPostmaster(dataFolder: string): Postmaster | undefined {
  const file = join(dataFolder, 'postmaster.pid');
  const content = read(file);
  const [pid, , , port] = (content ?? '').split('\n').map(Number);
  if (!pid || !port || !isAlive(pid)) return undefined;
  if (isPostgres(pid)) return { pid, port };
  // After a crash, and above all in a restarted container, the number may belong to another program. PostgreSQL
  // would refuse to start for ever.
  if (read(file) === content) rmSync(file, { force: true });
  return undefined;
}

/** Like PostgreSQL itself, takes a process that we may not signal to be somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Only Linux tells; elsewhere PostgreSQL's own refusal has to suffice. */
function isPostgres(pid: number): boolean {
  return process.platform !== 'linux' || read(`/proc/${pid}/comm`)?.trim() === 'postgres';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
