import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService } from '../library/documents.service.js';
import { DOCUMENT, counted, counts } from '../library/library.shapes.js';
import { PaidFiles, type Reading } from '../library/paid-files.js';
import { FILE_REFUSALS, stored } from '../library/stored-answer.js';
import { Describes } from '../routes/describes.decorator.js';
import { id, object, oneOf, shapes, text } from '../routes/schema.js';
import { withCredits } from '../routes/success-credits.js';
import { TAGS } from '../routes/tags.js';
import type { ReadNote } from './note.reader.js';

const READING: Reading<ReadNote> = {
  program: programBeside(import.meta.url, './note.reader.js'),
  limitBytes: 64 * 1024,
  secondsFor: () => 2,
  hasOutput: true,
  measuredOf: ({ characters }) => ({ character: Math.max(1, characters) }),
};

const note = object(
  { id, kind: oneOf('txt'), title: text, ...counts },
  { id: DOCUMENT, kind: 'txt', title: 'A', ...counted },
);
const { StoredNote } = shapes({ StoredNote: withCredits(note) });

/** Short notes in Markdown. */
@Controller('notes')
export class NotesController {
  constructor(
    private readonly paidFiles: PaidFiles,
    private readonly documents: DocumentsService,
  ) {
    paidFiles.learn(READING.program);
  }

  @Post()
  @RequireCredits('note_upload')
  @Describes({
    tag: TAGS.uploads,
    summary: 'Keep a note',
    description: 'Markdown of up to 64 KiB. Costs `note_upload`.',
    takes: { file: 'A note.' },
    answers: stored('the note as a document', StoredNote),
    refusals: [...FILE_REFUSALS, 'overloaded'],
  })
  async keep(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    return this.paidFiles.take({ request, reply, work }, READING, (file) => {
      const { row, facts, original, output, finish } = file;
      const note = { id: row.id, kind: 'txt' as const, ...facts };
      const document = { ...row, ...note, encoding: 'utf-8', headings: [] };
      return this.documents.add(document, { original, blocks: output! }, finish(note));
    });
  }
}
