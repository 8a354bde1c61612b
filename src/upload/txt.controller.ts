import { Controller, Post, Req } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { ProblemException } from '../http/problem.exception.js';
import { DocumentsService } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { receiveFile, type ReceivedFile } from './receive-file.js';
import { NotTextError, decodeText, readText } from './text.js';

/** Plain texts in any common encoding. */
@Controller('upload')
export class TxtController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
  ) {}

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post('txt')
  @RequireCredits('txt_upload')
  async upload(@Req() request: FastifyRequest, @CurrentWork() work: Work): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxTxtBytes);
    const id = uuidv7();
    try {
      work.identify({ filename: file.filename, sha256: file.sha256 });
      const { blocks, ...facts } = await this.#read(file);
      await this.documents.keepFiles(id, file, blocks);
      return await this.dataSource.transaction(async (tx) => {
        const { filename, bytes, sha256 } = file;
        await this.documents.insert(
          { id, userId: work.userId, kind: 'txt', filename, bytes, sha256, headings: [], ...facts },
          tx,
        );
        return work.finish({ id, kind: 'txt', ...facts }, { tx });
      });
    } catch (error) {
      await this.documents.removeFiles(id);
      throw error;
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
