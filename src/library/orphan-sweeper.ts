import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Recurring, counted } from '../credits/plumbing.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { DataDirClaim } from './data-dir-claim.js';
import { FileStore } from './file-store.js';
import { SHELVES, type Shelf } from './shelves.js';

const HOUR_MS = 3_600_000;
const PAGE_SIZE = 500;
/** With so many orphans and not one row, the database is more likely wrong than a crash is. */
const MANY_ORPHANS = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes what crashes leave: staged files, and files whose row was never written. They are an hour old by then, and
 * no upload takes that long. A row without its file is a loss, not rubbish: it is logged and stays.
 */
@Injectable()
export class OrphanSweeper implements BeforeApplicationShutdown {
  readonly #logger = new Logger('Library');
  readonly #sweeps = new Recurring(
    () => this.sweep(),
    HOUR_MS,
    (error) => this.#logger.warn(`sweep failed, next one in an hour: ${String(error)}`),
  );

  constructor(
    private readonly files: FileStore,
    private readonly databases: WalletDatabase,
    private readonly claim: DataDirClaim,
  ) {}

  /** Only in a server: a command has to end soon. */
  start(): void {
    this.#sweeps.wake();
    this.#sweeps.start();
  }

  /** Must end before the connections do, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#sweeps.stop();
  }

  async sweep(): Promise<void> {
    await this.claim.check();
    const anHourAgo = new Date(Date.now() - HOUR_MS);
    const staged = await this.files.discardUnchangedSince(anHourAgo);
    if (staged > 0) this.#logger.log(`removed ${staged} staged files that a crash had left`);
    for (const shelf of SHELVES) {
      await this.#removeOrphans(shelf, anHourAgo);
      for (const database of this.databases.all()) await this.#reportLosses(shelf, database);
    }
  }

  async #removeOrphans({ folder, table }: Shelf, anHourAgo: Date): Promise<void> {
    const old = (await this.files.idsUnchangedSince(folder, anHourAgo)).filter((id) => UUID.test(id));
    const orphans: string[] = [];
    for (let at = 0; at < old.length; at += PAGE_SIZE) {
      const page = old.slice(at, at + PAGE_SIZE);
      const owned = await this.#ids(`SELECT id FROM ${table} WHERE id = ANY($1)`, [page]);
      orphans.push(...page.filter((id) => !owned.includes(id)));
    }
    if (orphans.length >= MANY_ORPHANS && (await this.#ids(`SELECT id FROM ${table} LIMIT 1`)).length === 0) {
      this.#logger.error(
        `${folder}: ${counted(orphans.length, 'file')} and not one row, is this their database?`,
      );
      return;
    }
    for (const id of orphans) await this.files.remove(folder, id);
    if (orphans.length > 0)
      this.#logger.log(`${folder}: removed ${counted(orphans.length, 'file')} without a row`);
  }

  async #reportLosses({ folder, table, name }: Shelf, database: EntityManager): Promise<void> {
    let last = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const sql = `SELECT id FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${PAGE_SIZE}`;
      const page = await idsIn(database, sql, [last]);
      const missing = await this.files.missing(folder, page, name);
      // Those deleted meanwhile, row first, are not lost.
      const lost = await idsIn(database, `SELECT id FROM ${table} WHERE id = ANY($1)`, [missing]);
      if (lost.length > 0) this.#logger.error(`${folder}: rows without their file: ${lost.join(', ')}`);
      if (page.length < PAGE_SIZE) return;
      last = page.at(-1)!;
    }
  }

  /** On every database. */
  async #ids(sql: string, parameters: unknown[] = []): Promise<string[]> {
    return (await Promise.all(this.databases.all().map((each) => idsIn(each, sql, parameters)))).flat();
  }
}

async function idsIn(database: EntityManager, sql: string, parameters: unknown[]): Promise<string[]> {
  const rows = await database.query<{ id: string }[]>(sql, parameters);
  return rows.map(({ id }) => id);
}
