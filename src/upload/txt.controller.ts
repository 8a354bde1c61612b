import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { untilClosed } from '../http/until-closed.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { receiveFile } from '../library/receive-file.js';
import type { ReadText } from './text.reader.js';

const READER = programBeside(import.meta.url, './text.reader.js');
const SECONDS_TO_READ = 6;

/** Plain texts in any common encoding. */
@Controller('upload')
export class TxtController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
    private readonly environment: Environment,
  ) {
    readingRoom.learn(READER);
  }

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post('txt')
  @RequireCredits('txt_upload')
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxTxtBytes);
    const outputPath = await this.files.newPath();
    try {
      const { filename, bytes, sha256 } = file;
      const { userId } = work;
      work.identify({ filename, sha256 });
      const { result: facts, output } = await this.readingRoom.run<ReadText>(
        { userId, program: READER, files: [file.path], outputPath, seconds: SECONDS_TO_READ },
        { signal: untilClosed(reply) },
      );
      const id = uuidv7();
      const document: NewDocument = {
        id,
        userId,
        holdId: work.id ?? null,
        kind: 'txt',
        filename,
        bytes,
        sha256,
        headings: [],
        ...facts,
      };
      return await this.documents.add(document, { original: file, blocks: output! }, (tx) =>
        work.finish({ id, kind: 'txt', ...facts }, { tx }),
      );
    } finally {
      await this.files.discard(outputPath);
      await this.files.discard(file.path);
    }
  }
}
