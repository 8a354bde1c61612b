import { Controller, Post, Req } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { ProblemException } from '../http/problem.exception.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { receiveFile, type ReceivedFile } from '../library/receive-file.js';
import { NotTextError, decodeText, readText } from './text.js';

/** Plain texts in any common encoding. */
@Controller('upload')
export class TxtController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly environment: Environment,
  ) {}

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post('txt')
  @RequireCredits('txt_upload')
  async upload(@Req() request: FastifyRequest, @CurrentWork() work: Work): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxTxtBytes);
    try {
      work.identify({ filename: file.filename, sha256: file.sha256 });
      const { blocks, ...facts } = await this.#read(file);
      const { filename, bytes, sha256 } = file;
      const id = uuidv7();
      const document: NewDocument = {
        id,
        userId: work.userId,
        holdId: work.id ?? null,
        kind: 'txt',
        filename,
        bytes,
        sha256,
        headings: [],
        ...facts,
      };
      return await this.documents.add(document, { original: file, blocks }, (tx) =>
        work.finish({ id, kind: 'txt', ...facts }, { tx }),
      );
    } finally {
      await this.files.discard(file.path);
    }
  }

  async #read({ path, bytes }: ReceivedFile) {
    if (bytes === 0) throw new ProblemException('file_corrupt', 'The file is empty.');
    try {
      const { text, encoding } = decodeText(await readFile(path));
      return { encoding, ...readText(text) };
    } catch (error) {
      if (!(error instanceof NotTextError)) throw error;
      throw new ProblemException('unsupported_file_type', `This is no plain text: ${error.message}.`);
    }
  }
}
