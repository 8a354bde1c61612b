import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService } from '../library/documents.service.js';
import { PaidFiles, type Reading } from '../library/paid-files.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Describes } from '../routes/describes.decorator.js';
import { encodingNamed } from './encoding/names.js';
import type { ReadText } from './text.reader.js';
import { TextQuery } from './upload.dto.js';
import { txtRoute } from './upload.routes.js';

const READER = programBeside(import.meta.url, './text.reader.js');
const SECONDS_TO_READ = 6;

/** Plain texts in any common encoding. */
@Controller('upload')
export class TxtController {
  constructor(
    private readonly paidFiles: PaidFiles,
    private readonly documents: DocumentsService,
    private readonly environment: Environment,
  ) {
    paidFiles.learn(READER);
  }

  @Post('txt')
  @RequireCredits({ action: 'txt_upload', atLeast: { character: 1 } })
  @Describes(txtRoute)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
    @Query() query: TextQuery,
  ): Promise<unknown> {
    const reading: Reading<ReadText> = {
      program: READER,
      given: namedIn(query),
      limitBytes: this.environment.maxTxtBytes,
      secondsFor: () => SECONDS_TO_READ,
      hasOutput: true,
      measuredOf: ({ characters }) => ({ character: Math.max(1, characters) }),
    };
    return this.paidFiles.take({ request, reply, work }, reading, (file) => {
      const { row, facts, original, output, finish } = file;
      const stored = { id: row.id, kind: 'txt' as const, ...facts };
      const document = { ...row, ...stored, headings: [] };
      return this.documents.add(document, { original, blocks: output! }, finish(stored));
    });
  }
}

/** @throws ProblemException validation_failed for a name that is not an encoding's */
function namedIn({ encoding }: TextQuery): string | undefined {
  if (encoding === undefined) return undefined;
  const named = encodingNamed(encoding);
  if (named !== undefined) return named;
  const message = 'encoding must be the name of an encoding, such as windows-1251 or shift_jis';
  throw new ProblemException('validation_failed', `encoding: ${message}`, {
    errors: [{ path: 'encoding', message }],
  });
}
