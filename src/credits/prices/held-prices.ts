import { Logger } from '@nestjs/common';
import { counted } from '../counted.js';
import { UnknownHoldError } from '../credits.errors.js';
import type { Group, Groups } from '../groups.js';
import { toCredits } from '../ledger/safe-integer.js';
import type { Transaction } from '../ledger/transaction.js';
import { PriceList } from '../price-list.js';
import type { Measured, Prices } from './price.js';

const logger = new Logger('Credits');

/** What somebody used of an action, by the price its hold was made at. */
export interface Used {
  action: string;
  /** What is held. */
  held: number;
  credits: number;
  priceVersion: string;
}

/**
 * The prices that holds were made at. A list with a price by unit is stored before the first hold under it, so a hold
 * keeps its price when the process is started with another one, or another instance ends its work.
 */
export class HeldPrices {
  /** Captures at which more had been used than was held. */
  underheld = 0;
  readonly #stored = new Map<Group, Promise<void>>();

  constructor(
    private readonly prices: PriceList,
    private readonly groups: Groups,
  ) {}

  /** Before a hold of a user's, of an action that has a price by unit. */
  async keep(userId: string): Promise<void> {
    const group = this.groups.of(userId);
    let stored = this.#stored.get(group);
    if (stored === undefined) this.#stored.set(group, (stored = this.#store(group)));
    await stored;
  }

  /** @throws UnknownHoldError, InvalidMeasureError */
  async used(holdId: string, measured: Measured, tx?: Transaction): Promise<Used> {
    const ledger = this.groups.ofId(holdId).database.in(tx);
    const { schema } = ledger;
    const [hold] = await ledger.query(
      `SELECT h.action, h.amount, h.price_version, l.prices FROM ${schema}.holds h
         LEFT JOIN ${schema}.price_lists l ON l.version = h.price_version AND l.version <> $2
        WHERE h.id = $1`,
      [holdId, this.prices.version],
    );
    if (hold === undefined) throw new UnknownHoldError(holdId);
    const [action, priceVersion] = [String(hold['action']), String(hold['price_version'])];
    const held = toCredits(hold['amount']);
    const list = this.#listOf(priceVersion, hold['prices'] as Prices | null);
    const credits = list?.isByUnit(action) ? list.costOf(action, { measured }) : held;
    return { action, held, credits, priceVersion };
  }

  /** Never silently more than was agreed to, and never silently less than was used. */
  noteUnderheld(holdId: string, { action, held, credits }: Used): void {
    this.underheld += 1;
    logger.warn(`${action}: ${counted(credits, 'credit')} used, ${held} held: ${held} charged (${holdId})`);
  }

  /** undefined: nothing was held by the unit under it. */
  #listOf(version: string, stored: Prices | null): PriceList | undefined {
    if (version === this.prices.version) return this.prices;
    return stored === null ? undefined : new PriceList(stored);
  }

  async #store(group: Group): Promise<void> {
    const { database } = group;
    try {
      await database.query(
        `INSERT INTO ${database.schema}.price_lists (version, prices) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [this.prices.version, JSON.stringify(this.prices)],
      );
    } catch (error) {
      this.#stored.delete(group);
      throw error;
    }
  }
}
