import { setTimeout as delay } from 'node:timers/promises';

const READERS = 24;
const THINK_MS = 8;

/**
 * Who reads balances, and what they were told. Half of the readers stay with one instance and ask for nothing
 * special: what that instance told anybody before they asked is the oldest they may see. The others ask now here, now
 * there, and send the version they have seen.
 */
export class Readers {
  reads = 0;
  fromCache = 0;
  refused = 0;
  /** Refusals that say anything but that the server is busy. */
  unfit = 0;
  /** Answers that were older than that. */
  stale = 0;
  #stage;
  #random;
  /** By instance and user, the newest version that was told. */
  #told = new Map();

  constructor(stage, random) {
    this.#stage = stage;
    this.#random = random;
    for (const instance of stage.instances) this.#told.set(instance, new Map());
  }

  tell(instance, { id }, version) {
    const told = this.#told.get(instance);
    told.set(id, Math.max(told.get(id) ?? 0, version));
  }

  async read(isOn) {
    const readers = Array.from({ length: READERS }, (_, number) =>
      number % 2 === 0 ? this.#stay(this.#stage.instances[(number / 2) % 2], isOn) : this.#roam(isOn),
    );
    await Promise.all(readers);
  }

  async #stay(instance, isOn) {
    while (isOn()) {
      const user = this.#random.pick(this.#stage.users);
      const floor = this.#told.get(instance).get(user.id) ?? 0;
      await this.#ask(instance, user, floor);
      await delay(this.#random.whole(0, THINK_MS));
    }
  }

  async #roam(isOn) {
    const seen = new Map();
    while (isOn()) {
      const user = this.#random.pick(this.#stage.users);
      const floor = seen.get(user.id) ?? 0;
      const instance = this.#random.pick(this.#stage.instances);
      const version = await this.#ask(instance, user, floor, { 'x-min-balance-version': String(floor) });
      seen.set(user.id, Math.max(floor, version ?? 0));
      await delay(this.#random.whole(0, THINK_MS));
    }
  }

  /** The version that was shown. */
  async #ask(instance, user, floor, headers = {}) {
    const { status, body } = await this.#balance(instance, user, headers);
    this.reads += 1;
    if (status !== 200) {
      this.refused += 1;
      if (status !== 503) this.unfit += 1;
      return undefined;
    }
    if (body.source === 'cache') this.fromCache += 1;
    if (body.version < floor) this.stale += 1;
    this.tell(instance, user, body.version);
    return body.version;
  }

  #balance(instance, { authorization }, headers = {}) {
    return instance.ask('/api/credits', { headers: { authorization, ...headers } });
  }

  /** For each instance, when the first reader asked who was shown that version or a newer one. */
  firstShowing(user, version) {
    return Promise.all(
      this.#stage.instances.map(async (instance) => {
        for (;;) {
          const { status, body, startedAt } = await this.#balance(instance, user);
          if (status === 200 && body.version >= version) return startedAt;
        }
      }),
    );
  }

  /** When nobody writes any more: what each instance shows, twice, so that a copy is shown too, against the rows. */
  async olderAtRest(query) {
    await delay(500);
    const rows = await query('SELECT user_id, version::float8 FROM credits.wallets');
    const versions = new Map(rows.map((row) => [row.user_id, row.version]));
    let [older, read] = [0, 0];
    for (const instance of this.#stage.instances) {
      for (const user of [...this.#stage.users, ...this.#stage.users]) {
        const { body } = await this.#balance(instance, user);
        read += 1;
        if (body?.version !== versions.get(user.id)) older += 1;
      }
    }
    return { older, read };
  }
}
