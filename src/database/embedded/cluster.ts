import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '../../config/start-error.js';
import { Account, runAs } from './account.js';
import { clusterFolder, passwordFile } from './home.js';
import { isAlive } from './postmaster.js';

const UNFINISHED = 'unfinished-';
/** The same sort order on every machine, whatever its locales. PostgreSQL has it since version 17. */
const BUILTIN_LOCALE = ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/**
 * Makes the cluster under another name and renames it, so that a crash leaves no half of one, and of two first
 * starts at once one rename wins and the other start throws its own cluster away.
 */
export async function makeCluster(
  home: string,
  bin: string,
  account: Account | undefined,
  locale: readonly string[] = BUILTIN_LOCALE,
): Promise<void> {
  const unfinished = mkdtempSync(join(home, `${UNFINISHED}${process.pid}-`));
  try {
    const password = join(unfinished, 'password');
    writeFileSync(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    if (account) for (const path of [unfinished, password]) chownSync(path, account.uid, account.gid);
    await initdb(bin, ['-D', join(unfinished, 'data'), `--pwfile=${password}`, ...locale], account);
    renameSync(unfinished, clusterFolder(home));
  } catch (error) {
    if (!existsSync(clusterFolder(home))) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  sweepUnfinished(home);
}

async function initdb(bin: string, where: string[], account?: Account): Promise<void> {
  const options = ['-U', 'postgres', '--auth=scram-sha-256', '-E', 'UTF8'];
  try {
    await promisify(execFile)(join(bin, 'initdb'), [...where, ...options], {
      ...runAs(account),
      cwd: bin,
      windowsHide: true,
    });
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new UnavailableError(`The embedded database could not be made: ${stderr ?? message}`, { cause });
  }
}

/** Removes what a start left behind that was killed during initdb. */
function sweepUnfinished(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const maker = Number(name.slice(UNFINISHED.length).split('-')[0]);
    if (!isAlive(maker)) rmSync(join(home, name), { recursive: true, force: true });
  }
}

export function superuserUrl(home: string, port: number, database: string): string {
  const password = readFileSync(passwordFile(home), 'utf8').trim();
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
}
