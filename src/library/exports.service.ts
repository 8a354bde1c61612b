import { Injectable, NotFoundException } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WalletDatabase } from '../database/wallet-database.js';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import { Export, type ExportFormat } from './export.entity.js';
import { FileStore } from './file-store.js';
import type { SentFile } from './send-file.js';
import { ShelfService } from './shelf.service.js';
import type { StagedFile } from './staged-file.js';
import { Storage } from './storage.js';

const EXPORT = 'export';

const TYPES: Record<ExportFormat, string> = {
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** The ids that an export is made of, by table. */
export type Sources = Record<'documents' | 'recordings', string[]>;

export type NewExport = Omit<Export, 'createdAt'>;

/** An export as its owner sees it. */
export type ListedExport = Omit<Export, 'userId' | 'holdId'> & { downloadUrl: string };

@Injectable()
export class ExportsService extends ShelfService<Export> {
  constructor(databases: WalletDatabase, files: FileStore, storage: Storage) {
    super(Export, databases, files, storage, 'exports');
  }

  /**
   * What it is made of must still be there: free work has no hold that an erasure could release, and what was deleted
   * meanwhile must not come back in an export. After `finish`, so that the wallet is locked first, as an erasure does.
   *
   * @throws ProblemException storage_full, NotFoundException
   */
  add<T>(
    made: NewExport,
    file: StagedFile,
    sources: Sources,
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.keep(made, { [EXPORT]: file }, async (tx) => {
      const result = await finish(tx);
      await this.requireSources(made.userId, sources, tx);
      return result;
    });
  }

  /** Lock them until the transaction ends. @throws NotFoundException if one was deleted */
  async requireSources(
    userId: string,
    sources: Sources,
    tx: EntityManager = this.databases.of(userId),
  ): Promise<void> {
    for (const [table, ids] of Object.entries(sources)) {
      const rows = await tx.query<unknown[]>(
        `SELECT FROM library.${table} WHERE user_id = $1 AND id = ANY ($2::uuid[]) FOR KEY SHARE`,
        [userId, ids],
      );
      if (rows.length < ids.length)
        throw new NotFoundException('Something in this export was deleted meanwhile.');
    }
  }

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  async listed(userId: string, page: PageQuery): Promise<Page<ListedExport>> {
    const { data, nextCursor } = await this.list(userId, page);
    return { data: data.map(withUrl), nextCursor };
  }

  /** @throws NotFoundException */
  async one(userId: string, id: string): Promise<ListedExport> {
    return withUrl(await this.get(userId, id));
  }

  /** @throws NotFoundException */
  async file(userId: string, id: string): Promise<SentFile> {
    const found = await this.get(userId, id);
    return this.sent(found, EXPORT, TYPES[found.format]);
  }
}

/** A path on this server. */
export function downloadUrlOf(id: string): string {
  return `/api/export/${id}/download`;
}

function withUrl(found: Export): ListedExport {
  return { ...found, downloadUrl: downloadUrlOf(found.id) };
}
