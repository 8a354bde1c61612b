import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A script of this folder in a process of its own, which answers each message with one. */
export class Helper {
  #child;

  constructor(script, { variables = {}, nodeArguments = [] } = {}) {
    this.#child = fork(join(import.meta.dirname, script), {
      env: { ...process.env, ...variables },
      execArgv: nodeArguments,
      // The product's log goes where a log is not read: writing it is part of its work, reading it is not.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  ask(message) {
    this.#child.send(message);
    return this.heard();
  }

  async heard() {
    const over = new AbortController();
    try {
      const ended = once(this.#child, 'exit', over).then(([code]) => {
        throw new Error(`${this.#child.spawnargs.at(-1)} ended with ${code}`);
      });
      const [answer] = await Promise.race([once(this.#child, 'message', over), ended]);
      return answer;
    } finally {
      over.abort();
    }
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
