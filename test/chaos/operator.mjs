import { setTimeout as delay } from 'node:timers/promises';
import { connect } from './cluster.mjs';
import { walletName } from './operations.mjs';

const CHECK_VIOLATION = '23514';

/**
 * Somebody who edits balances by hand with SQL while the clients are at work, on a connection of its own. An edit
 * has no key, so one whose answer was lost is not made again.
 */
export class Operator {
  #url;
  #list;
  #random;
  #wallets;
  #isStopping = false;
  #edits = 0;
  #running = Promise.resolve();

  constructor({ url, list, random, wallets }) {
    this.#url = url;
    this.#list = list;
    this.#random = random;
    this.#wallets = wallets;
  }

  start() {
    this.#running = this.#run();
  }

  /** Answers how many edits were made. */
  async stop() {
    this.#isStopping = true;
    await this.#running;
    return this.#edits;
  }

  async #run() {
    let client;
    while (!this.#isStopping) {
      try {
        client ??= await connect(this.#url);
        await this.#edit(client);
      } catch {
        // Cut off by a fault; the record of the edit stays as unknown as it is.
        await client?.end().catch(() => undefined);
        client = undefined;
      }
      await delay(this.#random.whole(1, 20));
    }
    await client?.end().catch(() => undefined);
  }

  async #edit(client) {
    const amount = this.#random.whole(1, 20) * (this.#random.chance(0.5) ? 1 : -1);
    const userId = walletName(this.#random.whole(0, this.#wallets - 1));
    const record = this.#list.open({ kind: 'edit', userId, amount });
    try {
      const { rows } = await client.query(
        'UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1 RETURNING version, balance',
        [userId, amount],
      );
      this.#edits += 1;
      this.#list.done(record, { version: Number(rows[0].version), balance: Number(rows[0].balance) });
    } catch (error) {
      if (error.code === CHECK_VIOLATION) return this.#list.refuse(record);
      this.#list.unsure(record);
      this.#list.abandon(record);
      throw error;
    }
  }
}
