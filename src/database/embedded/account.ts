import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { ConfigurationError } from '../../config/start-error.js';

/** The account that runs the server. `undefined` always means the account of this process. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so root starts the server under another account. An existing cluster stays with
 * its owner, whichever accounts the machine has gained since.
 */
export function serverAccount(clusterFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const account = CANDIDATES.map(lookUp).find((found) => found !== undefined);
  if (account) return account;
  throw new ConfigurationError(
    'PostgreSQL refuses to run as root and this machine has neither an account postgres nor nobody:' +
      ' start as an ordinary user, or set DATABASE_URL',
  );
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Options for a child process that has to run as `account`, from a folder that everybody can reach. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Tries it, because the modes, groups and access lists of every parent folder matter. */
export function canReach(folder: string, account: Account | undefined): boolean {
  if (!account) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'test -d "$1" && test -x "$1"', 'sh', folder], {
    ...runAs(account),
    cwd: '/',
    env: {},
    stdio: 'ignore',
  });
  if (probe.error) {
    throw new ConfigurationError(
      `root may not start programs as ${account.name} here (${probe.error.message}): set DATABASE_URL`,
    );
  }
  return probe.status === 0;
}
