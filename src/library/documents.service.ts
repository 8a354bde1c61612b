import { Injectable } from '@nestjs/common';
import { Readable, addAbortSignal } from 'node:stream';
import type { EntityManager } from 'typeorm';
import { WalletDatabase } from '../database/wallet-database.js';
import { harmless } from '../routes/harmless.js';
import { Document } from './document.entity.js';
import type { FileSource } from './file-place.js';
import { FileStore } from './file-store.js';
import { ShelfService } from './shelf.service.js';
import type { StagedFile } from './staged-file.js';
import { Storage } from './storage.js';

const ORIGINAL = 'original';
const BLOCKS = 'blocks.json';

export type NewDocument = Omit<Document, 'createdAt' | 'blocksBytes'>;

/** A document's columns, without its owner. */
export type DocumentFacts = Omit<Document, 'userId' | 'holdId' | 'blocksBytes'>;

@Injectable()
export class DocumentsService extends ShelfService<Document> {
  constructor(databases: WalletDatabase, files: FileStore, storage: Storage) {
    super(Document, databases, files, storage, 'documents');
  }

  /** Stores the original and its blocks, as JSON. @throws ProblemException storage_full */
  add<T>(
    document: NewDocument,
    { original, blocks }: { original: StagedFile; blocks: StagedFile },
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    const row = { ...document, blocksBytes: blocks.bytes };
    return this.keep(row, { [ORIGINAL]: original, [BLOCKS]: blocks }, finish);
  }

  /**
   * A document with its blocks, as JSON on its way from the disk: they are JSON already, and may be large.
   *
   * @throws NotFoundException
   */
  async read(userId: string, id: string, signal: AbortSignal): Promise<Readable> {
    const document = await this.get(userId, id);
    // A missing file must be noticed before the first byte of the answer.
    const blocks = addAbortSignal(signal, await this.blocks(id)());
    return harmless(Readable.from(withBlocks(document, blocks), { objectMode: false, signal }));
  }

  /** A document's blocks, as JSON. */
  blocks(id: string): FileSource {
    return this.source(id, BLOCKS);
  }
}

async function* withBlocks(document: Document, blocks: Readable): AsyncGenerator<string | Buffer> {
  yield `${JSON.stringify(document).slice(0, -1)},"blocks":`;
  yield* blocks as AsyncIterable<Buffer>;
  yield '}';
}
