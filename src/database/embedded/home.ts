import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../config/start-error.js';
import { canReach, serverAccount } from './account.js';

// The home of an embedded server:
//
//   cluster/          made under another name and renamed, so that it is either whole or absent
//     data/           PostgreSQL's own folder
//     password        of the superuser
//     owner-password  of the role that owns the database, which is what the product connects as (owner.ts)
//   supervisor.json   how to reach the supervisor that keeps the server running (lease.ts)
//   postgres.log      what the server and its supervisor have to say
//
// It is DATA_DIR/postgres, except where root's server runs as another account that cannot reach DATA_DIR.
// Then it is a folder under one of ELSEWHERE, and DATA_DIR/postgres.location names it from then on.

const ELSEWHERE = ['/var/lib/creditgate', '/var/tmp/creditgate'];

export interface Home {
  path: string;
  /** Why the home is not in DATA_DIR. */
  notice?: string;
}

export const clusterFolder = (home: string) => join(home, 'cluster');
export const dataFolder = (home: string) => join(home, 'cluster', 'data');
export const passwordFile = (home: string) => join(home, 'cluster', 'password');
export const ownerPasswordFile = (home: string) => join(home, 'cluster', 'owner-password');
export const supervisorFile = (home: string) => join(home, 'supervisor.json');
export const logFile = (home: string) => join(home, 'postgres.log');

export function findHome(dataDir: string): Home {
  const parent = resolve(dataDir);
  // The server's account must be able to pass through, and nobody may list it.
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  const pointer = join(parent, 'postgres.location');
  if (existsSync(pointer)) return homeElsewhere(pointer, parent);
  const home = join(parent, 'postgres');
  const account = serverAccount(clusterFolder(home));
  if (canReach(parent, account)) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // The server's account must be able to pass through; secrets in here have a mode of their own.
    if (account) chmodSync(home, 0o711);
    return { path: home };
  }
  moveElsewhere(pointer);
  return homeElsewhere(pointer, parent);
}

function homeElsewhere(pointer: string, dataDir: string): Home {
  const path = readFileSync(pointer, 'utf8').trim();
  // A new one would begin with an empty ledger, and nobody would notice.
  if (!existsSync(path)) {
    throw new ConfigurationError(`${pointer} says that the database is in ${path}, and that folder is gone`);
  }
  return {
    path,
    notice: `The account of the database server cannot reach ${dataDir}; the database is in ${path}`,
  };
}

function moveElsewhere(pointer: string): void {
  const home = mkdtempSync(join(commonFolder(), 'data-'));
  chmodSync(home, 0o711);
  try {
    writeFileSync(pointer, `${home}\n`, { flag: 'wx' });
  } catch (error) {
    // Another first start was faster; its choice counts.
    rmdirSync(home);
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A folder that every account can reach and that outlives a reboot. */
export function commonFolder(folders = ELSEWHERE): string {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      if (!isOurs(folder)) continue;
      chmodSync(folder, 0o755);
      return folder;
    } catch {
      // Read-only: try the next one.
    }
  }
  throw new ConfigurationError(`DATA_DIR must be reachable by the account postgres or nobody`);
}

/** A folder that another account has made, or may change, could hold that account's database and programs. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
