import { setTimeout as delay } from 'node:timers/promises';
import { OperationPlan, walletName } from './operations.mjs';

const SETTLE_WITHIN_MS = 45_000;
/** Refusals that are part of the business. Any other answer of that kind contradicts what was asked. */
const EXPECTED_REFUSALS = ['insufficient_credits', 'refund_exceeds_charge'];

/**
 * Concurrent clients. Each asks for one operation after the other, and asks again with the same key until it has
 * a definite answer.
 *
 *   abandonShare   how often a client walks away after an unknown outcome, leaving its hold behind
 *   askAgainShare  how often a client repeats a request that was acknowledged, to see the first answer again
 *   readShare      how often a client looks at the balance after it was told of a change
 */
export class Clients {
  #fleet;
  #looks;
  #list;
  #random;
  #options;
  #abandonShare;
  #isStopping = false;
  #giveUpAt = Infinity;
  #running = [];

  constructor({ fleet, looks, list, random, options }) {
    this.#fleet = fleet;
    this.#looks = looks;
    this.#list = list;
    this.#random = random;
    this.#options = options;
    this.#abandonShare = options.abandonShare ?? 0;
  }

  /** The first credits of every wallet, before anything goes wrong. */
  async openWallets() {
    const { wallets, startCredits } = this.#options;
    const names = Array.from({ length: wallets }, (_, number) => walletName(number));
    await Promise.all(
      names.map((userId) => {
        const grant = { kind: 'grant', userId, key: 'first credits', amount: startCredits };
        return this.#settle(this.#list.open(grant), this.#random.fork());
      }),
    );
  }

  start() {
    for (let number = 0; number < this.#options.clients; number++) {
      this.#running.push(this.#run(`client-${number}`, this.#random.fork()));
    }
  }

  /**
   * From now on nobody asks twice, so the next fault leaves holds behind that no later operation touches. Clients
   * who never walk away stay.
   */
  walkAway() {
    if (this.#abandonShare > 0) this.#abandonShare = 1;
  }

  /** No new operations; those that are under way come to their end. */
  async stop() {
    this.#isStopping = true;
    this.#giveUpAt = Date.now() + SETTLE_WITHIN_MS;
    await Promise.all(this.#running);
  }

  async #run(name, random) {
    const plan = new OperationPlan(random, this.#options);
    while (!this.#isStopping) {
      const operation = plan.next(name);
      const record = this.#list.open(operation);
      await this.#settle(record, random);
      if (operation.kind === 'charge' && record.state === 'done') plan.remember(operation, record.receipt);
      await delay(random.whole(0, 2 * this.#options.thinkMs));
    }
  }

  async #settle(record, random) {
    const { askAgainShare = 0, readShare = 0 } = this.#options;
    let teller;
    while (record.state === 'open' && Date.now() < this.#giveUpAt) {
      const answer = await this.#ask(record.operation, random);
      if (answer === undefined) continue;
      teller = answer.worker;
      if (answer.ok) this.#list.done(record, answer.ok);
      else if (answer.refused) this.#refused(record, answer.refused);
      else {
        this.#list.unsure(record, answer.unknown);
        if (random.chance(this.#abandonShare)) this.#list.abandon(record);
        else await delay(random.whole(1, 40));
      }
    }
    if (record.state === 'done' && random.chance(readShare)) {
      await this.#looks.after(record.operation, record.receipt, teller, random);
    }
    // A failed work's key is free again: asking again would be new work.
    if (record.state === 'done' && !record.operation.fails && random.chance(askAgainShare)) {
      await this.#askAgain(record, random);
    }
  }

  async #ask(operation, random) {
    const worker = this.#fleet.any(random);
    if (worker === undefined) {
      await delay(5);
      return undefined;
    }
    const start = performance.now();
    const answer = await worker.call(operation);
    const waited = performance.now() - start - (operation.workMs ?? 0);
    // Nobody waits for the answer of a process that is gone.
    if (!answer.died) this.#list.slowestMs = Math.max(this.#list.slowestMs, waited);
    return { ...answer, worker };
  }

  #refused(record, code) {
    if (!EXPECTED_REFUSALS.includes(code)) {
      this.#list.contradict(`${record.operation.userId} ${record.operation.key} was answered ${code}`);
    }
    this.#list.refuse(record);
  }

  async #askAgain({ operation, receipt }, random) {
    const again = await this.#ask(operation, random);
    if (again === undefined || again.unknown) return;
    const same = ['entryId', 'holdId', 'version', 'balance'].every(
      // A job that was captured before its answer was lost has no more to say than its hold.
      (member) =>
        again.ok?.[member] === undefined ||
        receipt[member] === undefined ||
        again.ok[member] === receipt[member],
    );
    if (!again.ok || !same) {
      const { userId, key } = operation;
      this.#list.contradict(
        `${userId} ${key} got ${JSON.stringify(receipt)} first and ${JSON.stringify(again)} then`,
      );
    }
  }
}
