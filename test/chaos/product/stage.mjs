import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProductProcess, authorizationOf, within } from './process.mjs';

const RICH = 1_000_000_000;

/** A database, instances of the product on it, and users who can pay: what a trial over HTTP needs. */
export class Stage {
  #folder = mkdtempSync(join(tmpdir(), 'creditgate-chaos-files-'));
  instances = [];
  users = [];

  static async open({ cluster, name, instances = 1, users = 20, onSmallDisk, variablesOf, ...options }) {
    const stage = new Stage();
    stage.cluster = cluster;
    stage.database = `chaos_${name.replaceAll(/\W/g, '_')}`;
    stage.url = await cluster.createDatabase(stage.database, { onSmallDisk });
    try {
      if (variablesOf !== undefined) options.variables = await variablesOf(stage.url);
      while (stage.instances.length < instances) await stage.startInstance(options);
      for (let number = 0; number < users; number++) stage.users.push(await stage.#user(`user-${number}`));
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  async startInstance(options) {
    const product = await ProductProcess.start(this.url, { folder: this.#folder, ...options });
    this.instances.push(product);
    return product;
  }

  async #user(id) {
    await this.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, $2)', [id, RICH]);
    return { id, authorization: await authorizationOf(id) };
  }

  query(sql, values) {
    return this.cluster.query(sql, values, this.database);
  }

  /** Holds of requests that were cut off expire, and somebody frees them a few seconds later at the latest. */
  async nothingHeld(ms) {
    await within(
      ms,
      async () => (await this.query('SELECT sum(held)::int AS held FROM credits.wallets'))[0].held === 0,
    );
  }

  async close() {
    await Promise.all(this.instances.map((instance) => instance.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
