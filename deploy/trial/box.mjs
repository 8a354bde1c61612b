import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What a container with a read-only root does to a program: only its state and /tmp can be written to.
const ENTER = `
  mount --bind "$ROOT" "$ROOT"
  for pair in $MOUNTS; do mkdir -p "$ROOT\${pair%%=*}"; mount --bind "\${pair#*=}" "$ROOT\${pair%%=*}"; done
  mount --rbind /dev "$ROOT/dev"
  mount -t proc proc "$ROOT/proc"
  mount -o remount,ro,bind "$ROOT"
  mount -t tmpfs tmpfs "$ROOT/tmp"
  exec chroot --userspec="$ACCOUNT" "$ROOT" env --ignore-environment --chdir="$FOLDER" "$@"`;

/** A place in which a command of an image runs as its user. */
export function boxed({ root, user, folder, command, variables, stateFolder, mounts = {} }) {
  const state = mkdtempSync(join(tmpdir(), 'creditgate-image-'));
  const [uid, gid] = user.split(':').map(Number);
  chownSync(state, uid, gid);
  const pairs = Object.entries({ ...mounts, [stateFolder]: state }).map((pair) => pair.join('='));
  const env = { ...process.env, ROOT: root, ACCOUNT: user, FOLDER: folder, MOUNTS: pairs.join(' ') };
  const argsFor = (argv, more) => {
    const pairs = Object.entries({ ...variables, ...more }).map((pair) => pair.join('='));
    return ['--mount', 'sh', '-ec', ENTER, 'sh', ...pairs, ...argv];
  };
  return {
    /** To its end. */
    run: (argv, more = {}) => spawnSync('unshare', argsFor(argv, more), { env, encoding: 'utf8' }),
    /** The command itself. */
    start: (more = {}) =>
      spawn('unshare', argsFor(command, more), { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  };
}
