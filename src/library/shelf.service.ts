import { NotFoundException } from '@nestjs/common';
import { In, type EntityManager, type EntityTarget, type FindOptionsWhere, type Repository } from 'typeorm';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import type { WalletDatabase } from '../database/wallet-database.js';
import type { FileSource } from './file-place.js';
import type { FileStore } from './file-store.js';
import { inOrder } from './in-order.js';
import type { KeptFile } from './kept-file.entity.js';
import { pageOf } from './pages.js';
import type { SentFile } from './send-file.js';
import type { StagedFile } from './staged-file.js';
import type { Storage } from './storage.js';

/** Rows with files, each with one owner. Another user's id is as unknown as an id that never existed. */
export abstract class ShelfService<Row extends KeptFile> {
  protected constructor(
    private readonly entity: EntityTarget<Row>,
    protected readonly databases: WalletDatabase,
    private readonly files: FileStore,
    private readonly storage: Storage,
    private readonly folder: string,
  ) {}

  /**
   * The row and what `finish` does commit together; the files are durable before, and gone without the row.
   *
   * @throws ProblemException storage_full
   */
  protected keep<T>(
    row: Omit<KeptFile, 'createdAt'>,
    staged: Record<string, StagedFile>,
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    const bytes = Object.values(staged).reduce((sum, file) => sum + file.bytes, 0);
    return this.files.keepWith(this.folder, row.id, staged, () =>
      this.databases.of(row.userId).transaction(async (tx) => {
        await this.storage.reserve(tx, row.userId, bytes);
        await tx.insert(this.entity, row as never);
        return finish(tx);
      }),
    );
  }

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  list(userId: string, page: PageQuery): Promise<Page<Row>> {
    return pageOf(this.#rowsOf(userId), userId, page);
  }

  /** @throws NotFoundException */
  async get(userId: string, id: string): Promise<Row> {
    const row = await this.#rowsOf(userId).findOneBy(where<Row>({ userId, id }));
    if (row === null) throw new NotFoundException();
    return row;
  }

  /** In the order of the ids. @throws NotFoundException for any that is not there */
  async facts(userId: string, ids: string[]): Promise<Row[]> {
    return inOrder(ids, await this.#rowsOf(userId).findBy(where<Row>({ userId, id: In(ids) })));
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.#rowsOf(userId).delete(where<Row>({ userId, id }));
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(this.folder, id);
  }

  /** One of its files, to be sent to its owner. */
  protected sent({ id, bytes, sha256, filename }: Row, name: string, type: string): SentFile {
    const open: SentFile['open'] = (range) => this.files.open(this.folder, id, name, range);
    return { bytes, sha256, filename, type, open };
  }

  /** Open one of its files. */
  protected source(id: string, name: string): FileSource {
    return () => this.files.open(this.folder, id, name);
  }

  #rowsOf(userId: string): Repository<Row> {
    return this.databases.of(userId).getRepository(this.entity);
  }
}

/** TypeScript does not see that any row has these columns. */
const where = <Row>(condition: FindOptionsWhere<KeptFile>) => condition as FindOptionsWhere<Row>;
