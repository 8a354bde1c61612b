import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import { Export, type ExportFormat } from './export.entity.js';
import { FileStore } from './file-store.js';
import { pageOf } from './pages.js';
import type { SentFile } from './send-file.js';
import type { StagedFile } from './staged-file.js';
import { Storage } from './storage.js';

const FOLDER = 'exports';
const EXPORT = 'export';

const TYPES: Record<ExportFormat, string> = {
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** What an export is made of, by table. */
export type Sources = Record<'documents' | 'recordings', string[]>;

export type NewExport = Omit<Export, 'createdAt'>;

/** An export as its owner sees it. */
export type ListedExport = Omit<Export, 'userId' | 'holdId'> & { downloadUrl: string };

/** A user's exports. Somebody else's id is as unknown as one that never was. */
@Injectable()
export class ExportsService {
  constructor(
    @InjectRepository(Export) private readonly exports: Repository<Export>,
    private readonly files: FileStore,
    private readonly storage: Storage,
  ) {}

  /**
   * The row and what `finish` does commit together; the file is durable before, and gone without the row. What it is
   * made of must still be there: free work has no hold that an erasure could release, and what was deleted meanwhile
   * must not come back in an export. After `finish`, so that the wallet is locked first, as an erasure does.
   *
   * @throws ProblemException storage_full, NotFoundException
   */
  add<T>(
    made: NewExport,
    file: StagedFile,
    sources: Sources,
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.files.keepWith(FOLDER, made.id, { [EXPORT]: file }, () =>
      this.exports.manager.transaction(async (tx) => {
        await this.storage.reserve(tx, made.userId, made.bytes);
        await tx.insert(Export, made);
        const result = await finish(tx);
        await this.requireSources(made.userId, sources, tx);
        return result;
      }),
    );
  }

  /** Nobody deletes them before the transaction ends. @throws NotFoundException when somebody did */
  async requireSources(
    userId: string,
    sources: Sources,
    tx: EntityManager = this.exports.manager,
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
  async list(userId: string, page: PageQuery): Promise<Page<ListedExport>> {
    const { data, nextCursor } = await pageOf(this.exports, userId, page);
    return { data: data.map(listed), nextCursor };
  }

  /** @throws NotFoundException */
  async get(userId: string, id: string): Promise<ListedExport> {
    const found = await this.exports.findOneBy({ userId, id });
    if (found === null) throw new NotFoundException();
    return listed(found);
  }

  /** @throws NotFoundException */
  async file(userId: string, id: string): Promise<SentFile> {
    const { bytes, sha256, filename, format } = await this.get(userId, id);
    const open: SentFile['open'] = (range) => this.files.open(FOLDER, id, EXPORT, range);
    return { bytes, sha256, filename, type: TYPES[format], open };
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.exports.delete({ userId, id });
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(FOLDER, id);
  }
}

/** A path on this server. */
export function downloadUrlOf(id: string): string {
  return `/api/export/${id}/download`;
}

function listed(found: Export): ListedExport {
  return { ...found, downloadUrl: downloadUrlOf(found.id) };
}
