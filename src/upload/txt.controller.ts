import { Controller, Post, Query, Req } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { ProblemException } from '../http/problem.exception.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { receiveFile, type ReceivedFile } from '../library/receive-file.js';
import { decodeText } from './encoding/decode-text.js';
import { encodingNamed } from './encoding/names.js';
import { NotTextError } from './encoding/not-text.error.js';
import { readText } from './text.js';
import { TextQuery } from './upload.dto.js';

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
  async upload(
    @Req() request: FastifyRequest,
    @CurrentWork() work: Work,
    @Query() query: TextQuery,
  ): Promise<unknown> {
    const named = namedIn(query);
    const file = await receiveFile(request, this.files, this.environment.maxTxtBytes);
    try {
      work.identify({ filename: file.filename, sha256: file.sha256 });
      const { blocks, ...facts } = await this.#read(file, named);
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

  async #read({ path, bytes }: ReceivedFile, named: string | undefined) {
    if (bytes === 0) throw new ProblemException('file_corrupt', 'The file is empty.');
    try {
      const { text, encoding } = decodeText(await readFile(path), named);
      return { encoding, ...readText(text) };
    } catch (error) {
      throw error instanceof NotTextError ? problemOf(error) : error;
    }
  }
}

/** @throws ProblemException validation_failed for a name that is no encoding's */
function namedIn({ encoding }: TextQuery): string | undefined {
  if (encoding === undefined) return undefined;
  const named = encodingNamed(encoding);
  if (named !== undefined) return named;
  const message = 'encoding must be the name of an encoding, such as windows-1251 or shift_jis';
  throw new ProblemException('validation_failed', `encoding: ${message}`, {
    errors: [{ path: 'encoding', message }],
  });
}

function problemOf({ message, candidates }: NotTextError): ProblemException {
  if (candidates.length === 0) {
    return new ProblemException('unsupported_file_type', `This is no plain text: ${message}.`);
  }
  const detail = `This may be a text, but ${message}. Name it with ?encoding=, for example ?encoding=${candidates[0]!}.`;
  return new ProblemException('unsupported_file_type', detail, { candidates });
}
