import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WalletDatabase } from '../database/wallet-database.js';
import { rowsOf } from './database.js';
import type { PurchaseEvent } from './purchase.js';

const ASKED_EVERY_MS = 60_000;

interface Figures {
  suspect: number;
  age: number;
}

/**
 * The figures on purchases. Reading them does not ask the database; the sweeper does, once a minute. Of a server that is
 * away the last figures count.
 */
@Injectable()
export class PurchaseVitals {
  readonly noted = { paid: 0, failed: 0, reversed: 0, suspect: 0 };
  /** Those whose money is not all back. */
  suspect = 0;
  oldestOpenSeconds = 0;
  #askedAt = -Infinity;
  readonly #figures = new Map<EntityManager, Figures>();

  constructor(private readonly databases: WalletDatabase) {}

  count(event: PurchaseEvent): void {
    this.noted[event.slice('purchase.'.length) as keyof PurchaseVitals['noted']] += 1;
  }

  async ask({ now = false } = {}): Promise<void> {
    if (!now && performance.now() - this.#askedAt < ASKED_EVERY_MS) return;
    this.#askedAt = performance.now();
    const sql = `
      SELECT (SELECT count(*) FROM payments.purchases p
               WHERE p.state = 'suspect'
                 AND p.paid_amount > (SELECT COALESCE(sum(r.amount), 0) FROM payments.reversals r
                                       WHERE r.purchase_id = p.id))::int AS suspect,
             COALESCE((SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM payments.purchases
                        WHERE state = 'open'), 0)::float8 AS age`;
    await this.databases.each(
      async (database) => {
        const [figures] = await rowsOf<Figures>(database, sql, []);
        this.#figures.set(database, figures!);
      },
      () => undefined,
    );
    const rows = [...this.#figures.values()];
    this.suspect = rows.reduce((sum, { suspect }) => sum + suspect, 0);
    this.oldestOpenSeconds = Math.max(0, ...rows.map(({ age }) => age));
  }
}
