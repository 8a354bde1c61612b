import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService } from '../library/documents.service.js';
import { PaidFiles, type Reading } from '../library/paid-files.js';
import { Describes } from '../routes/describes.decorator.js';
import { docxRoute } from './docx.routes.js';
import type { ReadDocx } from './read-docx.js';

const READER = programBeside(import.meta.url, './docx.reader.js');
const SECONDS_TO_READ = 8;

/** Word documents: read into blocks of formatted text. */
@Controller('docx')
export class DocxController {
  constructor(
    private readonly paidFiles: PaidFiles,
    private readonly documents: DocumentsService,
    private readonly environment: Environment,
  ) {
    paidFiles.learn(READER);
  }

  @Post()
  @RequireCredits({ action: 'docx_processing', atLeast: { character: 1 } })
  @Describes(docxRoute)
  async process(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const reading: Reading<Omit<ReadDocx, 'blocks'>> = {
      program: READER,
      limitBytes: this.environment.maxDocxBytes,
      secondsFor: () => SECONDS_TO_READ,
      hasOutput: true,
      measuredOf: ({ characters }) => ({ character: Math.max(1, characters) }),
    };
    return this.paidFiles.take({ request, reply, work }, reading, (file) => {
      const { row, facts, original, output, finish } = file;
      const stored = { id: row.id, kind: 'docx' as const, ...facts };
      const document = { ...row, ...stored, encoding: null };
      return this.documents.add(document, { original, blocks: output! }, finish(stored));
    });
  }
}
