import { WRITES_UNDER_WAY } from '../credits/plumbing.js';

/**
 * Changes that nobody will announce: somebody who made them is gone, and may have left transactions that are still to
 * commit, when a lock comes or a standby confirms. While one that was under way then still is, no copy may be shown.
 */
export class Undecided {
  #isOpen = true;
  /** Undefined: not known yet. */
  #awaited: Set<string> | undefined;
  #times = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** From now on, whatever is under way when the next question is asked. */
  open(): void {
    this.#isOpen = true;
    this.#awaited = undefined;
    this.#times += 1;
  }

  /** What to ask the database, and what to do with its rows. */
  question(): { sql: string; learn: (rows: readonly { transaction: string }[]) => void } {
    if (!this.#isOpen) return { sql: 'SELECT 1', learn: () => undefined };
    const asked = this.#times;
    return { sql: WRITES_UNDER_WAY, learn: (rows) => this.#learn(asked, rows) };
  }

  #learn(asked: number, rows: readonly { transaction: string }[]): void {
    // Somebody else has gone since, and what they left may have begun after this was asked.
    if (asked !== this.#times) return;
    const underWay = new Set(rows.map(({ transaction }) => transaction));
    const awaited = [...(this.#awaited ?? underWay)].filter((one) => underWay.has(one));
    this.#awaited = new Set(awaited);
    this.#isOpen = awaited.length > 0;
  }
}
