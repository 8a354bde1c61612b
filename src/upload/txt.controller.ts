import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { ProblemException } from '../problems/problem.exception.js';
import { untilClosed } from '../routes/until-closed.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService, type NewDocument } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { receiveFile } from '../library/receive-file.js';
import { encodingNamed } from './encoding/names.js';
import type { ReadText } from './text.reader.js';
import { TextQuery } from './upload.dto.js';
import { Describes } from '../routes/describes.decorator.js';
import { txtRoute } from './upload.routes.js';

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
  @RequireCredits({ action: 'txt_upload', atLeast: { character: 1 } })
  @Describes(txtRoute)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
    @Query() query: TextQuery,
  ): Promise<unknown> {
    const given = namedIn(query);
    const file = await receiveFile(request, this.files, this.environment.maxTxtBytes);
    const outputPath = await this.files.newPath();
    try {
      const { filename, bytes, sha256 } = file;
      const { userId } = work;
      work.identify({ filename, sha256 });
      const { result: facts, output } = await this.readingRoom.run<ReadText>(
        { userId, program: READER, given, files: [file.path], outputPath, seconds: SECONDS_TO_READ },
        { signal: untilClosed(reply) },
      );
      await work.raise({ character: Math.max(1, facts.characters) });
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
