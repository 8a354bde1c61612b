import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Environment } from '../config/environment.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { ProblemException } from '../problems/problem.exception.js';
import { sizeOf } from '../problems/size-of.js';

/** What costs nothing is bounded in number, too: a small file takes more room on a disk than it has bytes. */
export const MOST_FREE_EXPORTS = 1_000;

const USED_SQL = `
  SELECT (SELECT COALESCE(sum(bytes + blocks_bytes), 0) FROM library.documents WHERE user_id = $1)
       + (SELECT COALESCE(sum(bytes), 0) FROM library.recordings WHERE user_id = $1)
       + (SELECT COALESCE(sum(bytes), 0) FROM library.exports WHERE user_id = $1) AS used`;

const FREE_EXPORTS_SQL = `
  SELECT count(*) AS exports
    FROM (SELECT FROM library.exports WHERE user_id = $1 AND hold_id IS NULL LIMIT ${MOST_FREE_EXPORTS}) e`;

type Asked = Pick<EntityManager, 'query'>;

/**
 * How much one user may keep: STORAGE_BYTES_PER_USER, documents (with the blocks that were read from them), recordings
 * and exports together. The rows are what is counted, so whatever deletes one gives its room back.
 */
@Injectable()
export class Storage {
  constructor(
    private readonly databases: WalletDatabase,
    private readonly environment: Environment,
  ) {}

  /**
   * Room for so many bytes, in the transaction that then writes their row. Another one of this user waits for its
   * end, so that together they never pass the limit. The lock comes before the wallet's, always.
   *
   * @throws ProblemException storage_full
   */
  async reserve(tx: EntityManager, userId: string, bytes: number): Promise<void> {
    if (this.#limit === 0) return;
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`storage of ${userId}`]);
    const usedBytes = await this.#used(tx, userId);
    if (usedBytes + bytes > this.#limit) throw this.#full(usedBytes);
  }

  /**
   * How many bytes an export may have, before any work is done for it; undefined: as many as it likes.
   *
   * @throws ProblemException storage_full when there is no room at all
   */
  async roomForExport(userId: string, { isFree }: { isFree: boolean }): Promise<number | undefined> {
    if (isFree) await this.#requireFewFree(userId);
    if (this.#limit === 0) return undefined;
    const usedBytes = await this.#used(this.databases.of(userId), userId);
    if (usedBytes >= this.#limit) throw this.#full(usedBytes);
    return this.#limit - usedBytes;
  }

  /** The refusal of what turned out too large for the room there is. */
  async refusal(userId: string): Promise<ProblemException> {
    return this.#full(await this.#used(this.databases.of(userId), userId));
  }

  get #limit(): number {
    return this.environment.storageBytesPerUser;
  }

  async #used(asked: Asked, userId: string): Promise<number> {
    const [row] = await asked.query<{ used: string }[]>(USED_SQL, [userId]);
    return Number(row!.used);
  }

  async #requireFewFree(userId: string): Promise<void> {
    const [row] = await this.databases.of(userId).query<{ exports: string }[]>(FREE_EXPORTS_SQL, [userId]);
    if (Number(row!.exports) < MOST_FREE_EXPORTS) return;
    throw this.#full(
      await this.#used(this.databases.of(userId), userId),
      `${MOST_FREE_EXPORTS} free exports are kept for you: delete some first.`,
    );
  }

  #full(
    usedBytes: number,
    detail = `You may store ${sizeOf(this.#limit)}, and ${sizeOf(usedBytes)} are used. Delete something first.`,
  ): ProblemException {
    return new ProblemException('storage_full', detail, { limitBytes: this.#limit, usedBytes });
  }
}
