import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { In, type EntityManager, type Repository } from 'typeorm';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import { Document } from './document.entity.js';
import { FileStore } from './file-store.js';
import { inOrder } from './in-order.js';
import { pageOf } from './pages.js';
import type { StagedFile } from './staged-file.js';
import { Storage } from './storage.js';

const FOLDER = 'documents';
const ORIGINAL = 'original';
const BLOCKS = 'blocks.json';

export type NewDocument = Omit<Document, 'createdAt' | 'blocksBytes'>;

/** What a document is, without whose it is. */
export type DocumentFacts = Omit<Document, 'userId' | 'holdId' | 'blocksBytes'>;

/** A user's documents. Somebody else's id is as unknown as one that never was. */
@Injectable()
export class DocumentsService {
  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly files: FileStore,
    private readonly storage: Storage,
  ) {}

  /**
   * The row and what `finish` does commit together; the original and its blocks, as JSON, are durable before.
   * Without the row nothing is left of them.
   *
   * @throws ProblemException storage_full
   */
  add<T>(
    document: NewDocument,
    { original, blocks }: { original: StagedFile; blocks: StagedFile },
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.files.keepWith(FOLDER, document.id, { [ORIGINAL]: original, [BLOCKS]: blocks }, () =>
      this.documents.manager.transaction(async (tx) => {
        await this.storage.reserve(tx, document.userId, document.bytes + blocks.bytes);
        await tx.insert(Document, { ...document, blocksBytes: blocks.bytes });
        return finish(tx);
      }),
    );
  }

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  list(userId: string, page: PageQuery): Promise<Page<Document>> {
    return pageOf(this.documents, userId, page);
  }

  /**
   * A document with its blocks, as JSON on its way from the disk: they are JSON already, and may be large.
   *
   * @throws NotFoundException
   */
  async read(userId: string, id: string, signal: AbortSignal): Promise<Readable> {
    const document = await this.documents.findOneBy({ userId, id });
    if (document === null) throw new NotFoundException();
    const blocks = createReadStream(this.blocksPath(id), { signal });
    // A file that is not there must be known before the first byte of an answer.
    await once(blocks, 'open');
    return Readable.from(withBlocks(document, blocks), { objectMode: false, signal });
  }

  /** In the order of the ids. @throws NotFoundException for any that is not there */
  async facts(userId: string, ids: string[]): Promise<DocumentFacts[]> {
    return inOrder(ids, await this.documents.findBy({ userId, id: In(ids) }));
  }

  /** Where a document's blocks lie, as JSON. */
  blocksPath(id: string): string {
    return this.files.pathOf(FOLDER, id, BLOCKS);
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.documents.delete({ userId, id });
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(FOLDER, id);
  }
}

async function* withBlocks(document: Document, blocks: Readable): AsyncGenerator<string | Buffer> {
  yield `${JSON.stringify(document).slice(0, -1)},"blocks":`;
  yield* blocks as AsyncIterable<Buffer>;
  yield '}';
}
