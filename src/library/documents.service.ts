import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { json } from 'node:stream/consumers';
import type { EntityManager, Repository } from 'typeorm';
import type { Block } from './blocks.js';
import { Document } from './document.entity.js';
import { FileStore } from './file-store.js';

const FOLDER = 'documents';
export const ORIGINAL = 'original';
const BLOCKS = 'blocks.json';

export type NewDocument = Omit<Document, 'createdAt'>;

/** A user's documents. Somebody else's id is as unknown as one that never was. */
@Injectable()
export class DocumentsService {
  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly files: FileStore,
  ) {}

  /** The original and the blocks in their place on disk, before a row speaks of them. */
  async keepFiles(id: string, original: { path: string }, blocks: Block[]): Promise<void> {
    const staged = await this.files.stageText(JSON.stringify(blocks));
    await this.files.keep(FOLDER, id, {
      [ORIGINAL]: { bytes: 0, sha256: '', ...original },
      [BLOCKS]: staged,
    });
  }

  async insert(document: NewDocument, tx: EntityManager): Promise<void> {
    await tx.insert(Document, document);
  }

  /** For a row that did not come to be. */
  async removeFiles(id: string): Promise<void> {
    await this.files.remove(FOLDER, id);
  }

  /** Newest first. */
  list(userId: string): Promise<Document[]> {
    return this.documents.find({ where: { userId }, order: { createdAt: 'DESC', id: 'ASC' }, take: 200 });
  }

  /** @throws NotFoundException */
  async get(userId: string, id: string): Promise<Document & { blocks: Block[] }> {
    const document = await this.documents.findOneBy({ userId, id });
    if (document === null) throw new NotFoundException();
    const blocks = (await json(this.files.open(FOLDER, id, BLOCKS))) as Block[];
    return { ...document, blocks };
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.documents.delete({ userId, id });
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(FOLDER, id);
  }
}
