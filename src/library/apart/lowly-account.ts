import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';

/** Where systemd looks for users of the moment, and nobody hands out lasting ones. */
const [FIRST, LAST] = [61_184, 65_519];

/**
 * For a server that is root: a user (and group) of this number that has no name, owns no process and is nobody
 * else's, not even another reader's. Undefined for any other server, whose processes stay its own.
 */
export function lowlyAccount(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const taken = new Set([...named('/etc/passwd'), ...named('/etc/group'), ...running()]);
  for (;;) {
    const account = randomInt(FIRST, LAST + 1);
    if (!taken.has(account)) return account;
  }
}

/** The third field of both files. */
function named(file: string): number[] {
  return lines(attempt(() => readFileSync(file, 'utf8'))).map((line) => Number(line.split(':')[2]));
}

function running(): number[] {
  const processes = attempt(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
  if (processes !== undefined)
    return processes.flatMap((id) => attempt(() => statSync(`/proc/${id}`).uid) ?? []);
  return lines(attempt(() => execFileSync('ps', ['-axo', 'uid='], { encoding: 'utf8' }))).map(Number);
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line.trim() !== '');
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
