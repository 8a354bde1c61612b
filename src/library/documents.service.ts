import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { json } from 'node:stream/consumers';
import { In, type EntityManager, type Repository } from 'typeorm';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../http/page-query.js';
import type { Block } from './blocks.js';
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

/** A document for a thread to read. */
export type DocumentSource = Omit<Document, 'userId' | 'holdId' | 'blocksBytes'> & { blocksPath: string };

/** A user's documents. Somebody else's id is as unknown as one that never was. */
@Injectable()
export class DocumentsService {
  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly files: FileStore,
    private readonly storage: Storage,
  ) {}

  /**
   * The row and what `finish` does commit together; the original and its blocks, given as JSON or to be made into
   * it, are durable before. Without the row nothing is left of them.
   *
   * @throws ProblemException storage_full
   */
  async add<T>(
    document: NewDocument,
    files: { original: StagedFile; blocks: Block[] | Uint8Array },
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    const { original, blocks } = files;
    const staged = await this.files.stageText(blocks instanceof Uint8Array ? blocks : JSON.stringify(blocks));
    try {
      return await this.files.keepWith(FOLDER, document.id, { [ORIGINAL]: original, [BLOCKS]: staged }, () =>
        this.documents.manager.transaction(async (tx) => {
          await this.storage.reserve(tx, document.userId, document.bytes + staged.bytes);
          await tx.insert(Document, { ...document, blocksBytes: staged.bytes });
          return finish(tx);
        }),
      );
    } finally {
      await this.files.discard(staged.path);
    }
  }

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  list(userId: string, page: PageQuery): Promise<Page<Document>> {
    return pageOf(this.documents, userId, page);
  }

  /** @throws NotFoundException */
  async get(userId: string, id: string): Promise<Document & { blocks: Block[] }> {
    const document = await this.documents.findOneBy({ userId, id });
    if (document === null) throw new NotFoundException();
    const blocks = (await json(this.files.open(FOLDER, id, BLOCKS))) as Block[];
    return { ...document, blocks };
  }

  /** In the order of the ids. @throws NotFoundException for any that is not there */
  async sources(userId: string, ids: string[]): Promise<DocumentSource[]> {
    const found = await this.documents.findBy({ userId, id: In(ids) });
    return inOrder(ids, found).map((document) => ({
      ...document,
      blocksPath: this.files.pathOf(FOLDER, document.id, BLOCKS),
    }));
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.documents.delete({ userId, id });
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(FOLDER, id);
  }
}
