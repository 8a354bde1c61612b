import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const WORKER = join(import.meta.dirname, 'worker.mjs');
const READY_WITHIN_MS = 45_000;
const ANSWER_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;

/** One application process as its clients see it. */
class WorkerProcess {
  #child;
  #waiting = new Map();
  #count = 0;
  #becomeReady;
  isReady = false;

  constructor(order) {
    this.#child = spawn(process.execPath, [WORKER, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdin.on('error', () => undefined);
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    // 'close' comes after the last line: an answer that was written before the death counts as given.
    this.ended = new Promise((resolve) => this.#child.once('close', resolve)).then(() => this.#end());
  }

  call(operation) {
    const id = ++this.#count;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve({ unknown: `no answer within ${ANSWER_WITHIN_MS} ms` });
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#child.stdin.write(`${JSON.stringify({ id, ...operation })}\n`);
    });
  }

  async kill() {
    this.isReady = false;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.isReady = false;
    this.#child.stdin.end();
    await Promise.race([this.ended, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #hear({ id, ready, ...answer }) {
    if (ready) {
      this.isReady = true;
      this.#becomeReady();
      return;
    }
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #end() {
    this.isReady = false;
    for (const answer of this.#waiting.values()) answer({ unknown: 'the process died', died: true });
    this.#waiting.clear();
  }
}

/** The instances of the application, each replaced when it dies, as a process manager would. */
export class Fleet {
  #order;
  #workers = [];
  #isStopping = false;
  /** Ends of a process that had been ready and that nobody had asked to end. */
  surprises = 0;

  static async launch(order, size) {
    const fleet = new Fleet();
    fleet.#order = order;
    for (let index = 0; index < size; index++) fleet.#replace(index);
    try {
      await fleet.#ready(size);
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  get size() {
    return this.#workers.length;
  }

  /** Those that take calls. */
  get serving() {
    return this.#workers.filter(({ isReady }) => isReady);
  }

  /** One of them; undefined while there is none. */
  any(random) {
    const ready = this.serving;
    return ready.length === 0 ? undefined : random.pick(ready);
  }

  /** SIGKILL to `count` serving instances at once. Answers how many there were, when one serves again. */
  async kill(count, random) {
    const victims = this.serving;
    while (victims.length > count) victims.splice(random.whole(0, victims.length - 1), 1);
    for (const victim of victims) victim.isDoomed = true;
    await Promise.all(victims.map((victim) => victim.kill()));
    await this.#ready(1);
    return victims.length;
  }

  async #ready(count) {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (this.serving.length < count) {
      if (Date.now() > deadline) throw new Error(`an instance was not up within ${READY_WITHIN_MS} ms`);
      await delay(10);
    }
  }

  async stop() {
    this.#isStopping = true;
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  #replace(index) {
    const worker = new WorkerProcess(this.#order);
    this.#workers[index] = worker;
    let wasReady = false;
    void worker.ready.then(() => (wasReady = true));
    void worker.ended.then(async () => {
      if (this.#isStopping) return;
      if (wasReady && !worker.isDoomed) this.surprises += 1;
      // One that cannot start must not start a thousand times a second.
      if (!wasReady) await delay(200);
      if (!this.#isStopping) this.#replace(index);
    });
  }
}
