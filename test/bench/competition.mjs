import { drive, quantile } from './load.mjs';
import { difference, readMeters } from './meters.mjs';
import { makers } from './plan.mjs';
import { summarize } from './summary.mjs';
import { pickerFor } from './wallets.mjs';

export const WARM_UP_SECONDS = 0.5;
const TUNING = { work: 'charge', callers: 64, seconds: 0.6 };

/** All contenders on one database, measured in turns. */
export class Competition {
  contenders = new Map();
  /** Charges that were answered with yes, warm-ups included, by contender. */
  acknowledged = new Map();
  /** The pool size a contender is fastest with, by contender and kind of load. */
  poolSizes = {};

  constructor({ database, scenarios, signal, say }) {
    Object.assign(this, { database, scenarios, signal, say });
  }

  async prepare() {
    for (const key of new Set(this.scenarios.map(({ contender }) => contender))) {
      const contender = await makers[key](this.database.url);
      if (contender === undefined) {
        this.say(`${key}: skipped, its package is not installed`);
        continue;
      }
      this.say(`${contender.name}: preparing`);
      this.contenders.set(key, contender);
      this.acknowledged.set(key, 0);
      await contender.prepare();
    }
    this.scenarios = this.scenarios.filter(({ contender }) => this.contenders.has(contender));
    await this.database.monitor.query('VACUUM (ANALYZE)');
  }

  /** A rival whose pool may have several sizes is given the one it is fastest with, for each kind of load. */
  async tune() {
    const loads = this.scenarios.map(({ contender, wallets }) => `${contender} ${wallets}`);
    for (const load of new Set(loads)) {
      const [key, wallets] = load.split(' ');
      const { name, poolSizes, usePool } = this.contenders.get(key);
      if (poolSizes === undefined) continue;
      let fastest = 0;
      for (const size of poolSizes) {
        await usePool(size);
        const { perSecond } = await this.#run({ contender: key, wallets, ...TUNING });
        if (perSecond > fastest) {
          fastest = perSecond;
          this.poolSizes[key] = { ...this.poolSizes[key], [wallets]: size };
        }
      }
      this.say(`${name}: a pool of ${this.poolSizes[key][wallets]} is best for ${wallets}`);
    }
  }

  async measure(rounds) {
    const measured = new Map(this.scenarios.map(({ id }) => [id, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const scenario of this.scenarios) {
        const figures = await this.#measureOne(scenario);
        measured.get(scenario.id).push(figures);
        this.say(`round ${round} of ${rounds}: ${scenario.id} ${Math.round(figures.perSecond)}/s`);
      }
    }
    return this.scenarios.map((scenario) =>
      summarize(scenario, this.contenders.get(scenario.contender).name, measured.get(scenario.id)),
    );
  }

  async close() {
    await Promise.allSettled([...this.contenders.values()].map((contender) => contender.close()));
  }

  async #measureOne(scenario) {
    const { monitor } = this.database;
    const { walletsTable, usePool } = this.contenders.get(scenario.contender);
    await usePool?.(this.poolSizes[scenario.contender][scenario.wallets]);
    // Nobody pays for the dirty pages of the contender before, and everybody for his own full page images.
    await monitor.query('CHECKPOINT');
    await this.#run({ ...scenario, seconds: WARM_UP_SECONDS });
    const before = await readMeters(monitor, walletsTable);
    const { latencies, took, perSecond } = await this.#run(scenario);
    const after = await readMeters(monitor, walletsTable);
    return {
      perSecond,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      ...difference(before, after, { calls: latencies.length, seconds: took }),
    };
  }

  async #run({ contender, work, wallets, callers, seconds }) {
    const call = this.contenders.get(contender)[work];
    const { signal } = this;
    const { latencies, took } = await drive({ call, pick: pickerFor(wallets), callers, seconds, signal });
    this.acknowledged.set(contender, this.acknowledged.get(contender) + latencies.length);
    return { latencies, took, perSecond: latencies.length / took };
  }
}
