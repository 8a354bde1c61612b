import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, statfsSync } from 'node:fs';

const ROOMY = 1024 ** 3;

/** A file system that can be full: a tmpfs, which shrinks to what is on it and grows again. */
export class SmallDisk {
  constructor(path) {
    this.path = path;
  }

  /** undefined where this machine does not permit it: mounting takes root, and Linux. */
  static mount(path, account) {
    mkdirSync(path);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY}`, 'tmpfs', path], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    if (account) chownSync(path, account.uid, account.gid);
    return new SmallDisk(path);
  }

  /** From now on not a page more fits on it. */
  fill() {
    for (let tries = 0; tries < 100; tries++) {
      const { blocks, bfree, bsize } = statfsSync(this.path);
      try {
        return this.#resize((blocks - bfree) * bsize);
      } catch {
        // Somebody wrote to it meanwhile.
      }
    }
    throw new Error('the disk could not be filled');
  }

  clear() {
    this.#resize(ROOMY);
  }

  unmount() {
    execFileSync('umount', [this.path]);
  }

  #resize(bytes) {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.path], { stdio: 'ignore' });
  }
}
