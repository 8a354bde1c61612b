import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { mayLast } from '../http/deadline.js';
import { untilClosed } from '../http/until-closed.js';
import { ExportsService, downloadUrlOf } from '../library/exports.service.js';
import { FileStore } from '../library/file-store.js';
import { JobsService } from '../library/jobs.service.js';
import { safeName } from '../library/safe-name.js';
import type { StagedFile } from '../library/staged-file.js';
import { programBeside, type ThreadProgram } from '../library/thread-room.js';
import { WritingRoom } from '../library/writing-room.js';
import type { ExportJob } from './export-job.js';
import { ExportBody } from './export.dto.js';
import { MaterialsService, type Materials } from './materials.service.js';
import { withoutExtension } from './names.js';

/** What is only written down anew costs nothing; what is typeset or packed does. */
const isFree = (body?: { format?: unknown }) => body?.format === 'txt' || body?.format === 'json';

/** A minute, and a second for each ten million bytes of recordings. */
const writerFor = ({ recordings }: Materials): ThreadProgram => ({
  program: programBeside(import.meta.url, './export.worker.js'),
  memoryMb: 320,
  seconds: 60 + recordings.reduce((sum, { bytes }) => sum + bytes, 0) / 10_000_000,
});

/** Documents and recordings in the form their owner asks for. */
@Controller('export')
export class ExportController {
  constructor(
    private readonly materials: MaterialsService,
    private readonly exports: ExportsService,
    private readonly jobs: JobsService,
    private readonly files: FileStore,
    private readonly writingRoom: WritingRoom,
  ) {}

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post()
  @RequireCredits(({ body }: { body?: { format?: unknown } }) => (isFree(body) ? null : 'premium_export'))
  async make(
    @Body() body: ExportBody,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const { format } = body;
    const materials = await this.materials.gather(work.userId, body);
    const title = titleOf(body, materials);
    const job: ExportJob = { format, title, ...materials, path: await this.files.newPath() };
    const id = uuidv7();
    mayLast(reply);
    try {
      const file = await this.#write(work.userId, id, job, untilClosed(reply));
      const filename = `${safeName(title)}.${format}`;
      const { bytes, sha256 } = file;
      const made = { id, format, filename, bytes, sha256 };
      const owner = { userId: work.userId, holdId: work.id ?? null };
      return await this.exports.add({ ...made, title, ...owner }, file, (tx) =>
        work.finish({ ...made, downloadUrl: downloadUrlOf(id) }, { tx }),
      );
    } finally {
      await this.files.discard(job.path);
    }
  }

  async #write(userId: string, id: string, job: ExportJob, signal: AbortSignal): Promise<StagedFile> {
    const running = this.jobs.begin(userId, { id, format: job.format, title: job.title });
    const onProgress = (done: number) => running.report(done);
    try {
      return await this.writingRoom.run<StagedFile>(writerFor(job), job, { signal, onProgress });
    } finally {
      await running.end();
    }
  }
}

/** As asked, or as the first thing in it is called. */
function titleOf({ title = '' }: ExportBody, { documents, recordings }: Materials): string {
  const asked = title.replace(/\s+/g, ' ').trim();
  if (asked !== '') return asked;
  return documents[0]?.title ?? withoutExtension(recordings[0]!.filename);
}
