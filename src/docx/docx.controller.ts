import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { untilClosed } from '../routes/until-closed.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { programBeside } from '../library/apart/program.js';
import { ReadingRoom } from '../library/reading-room.js';
import { receiveFile } from '../library/receive-file.js';
import type { ReadDocx } from './read-docx.js';
import { Describes } from '../routes/describes.decorator.js';
import { docxRoute } from './docx.routes.js';

const READER = programBeside(import.meta.url, './docx.reader.js');
const SECONDS_TO_READ = 8;

/** Word documents: read into blocks of formatted text. */
@Controller('docx')
export class DocxController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
    private readonly environment: Environment,
  ) {
    readingRoom.learn(READER);
  }

  /** The row, the charge and the recorded answer commit together; the files are durable before. */
  @Post()
  @RequireCredits({ action: 'docx_processing', atLeast: { character: 1 } })
  @Describes(docxRoute)
  async process(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxDocxBytes);
    const outputPath = await this.files.newPath();
    try {
      const { filename, bytes, sha256 } = file;
      const { userId } = work;
      work.identify({ filename, sha256 });
      const { result: facts, output } = await this.readingRoom.run<Omit<ReadDocx, 'blocks'>>(
        { userId, program: READER, files: [file.path], outputPath, seconds: SECONDS_TO_READ },
        { signal: untilClosed(reply) },
      );
      await work.raise({ character: Math.max(1, facts.characters) });
      const stored: Pick<NewDocument, 'id' | 'kind'> = { id: uuidv7(), kind: 'docx' };
      const owner = { userId, holdId: work.id ?? null };
      const document = { ...stored, ...facts, ...owner, filename, bytes, sha256, encoding: null };
      return await this.documents.add(document, { original: file, blocks: output! }, (tx) =>
        work.finish({ ...stored, ...facts }, { tx }),
      );
    } finally {
      await this.files.discard(outputPath);
      await this.files.discard(file.path);
    }
  }
}
