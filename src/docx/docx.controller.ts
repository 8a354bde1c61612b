import { Controller, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { programBeside, type ThreadProgram } from '../library/thread-room.js';
import { receiveFile } from '../library/receive-file.js';
import type { ReadDocx } from './read-docx.js';

const DOCX_READER: ThreadProgram = {
  program: programBeside(import.meta.url, './docx.worker.js'),
  memoryMb: 64,
  seconds: 6,
};

/** Word documents: read into blocks of formatted text. */
@Controller('docx')
export class DocxController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
    private readonly environment: Environment,
  ) {}

  /** The row, the charge and the recorded answer commit together; the files are durable before. */
  @Post()
  @RequireCredits('docx_processing')
  async process(@Req() request: FastifyRequest, @CurrentWork() work: Work): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxDocxBytes);
    try {
      const { filename, bytes, sha256 } = file;
      work.identify({ filename, sha256 });
      const { blocks, ...facts } = await this.readingRoom.run<ReadDocx>(DOCX_READER, file.path);
      const stored: Pick<NewDocument, 'id' | 'kind'> = { id: uuidv7(), kind: 'docx' };
      const owner = { userId: work.userId, holdId: work.id ?? null };
      const document = { ...stored, ...facts, ...owner, filename, bytes, sha256, encoding: null };
      return await this.documents.add(document, { original: file, blocks }, (tx) =>
        work.finish({ ...stored, ...facts }, { tx }),
      );
    } finally {
      await this.files.discard(file.path);
    }
  }
}
