import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { mayLast } from '../routes/may-last.js';
import { untilClosed } from '../routes/until-closed.js';
import { programBeside } from '../library/apart/program.js';
import { ExportsService, downloadUrlOf } from '../library/exports.service.js';
import { FileStore } from '../library/file-store.js';
import { ProblemException } from '../problems/problem.exception.js';
import { JobsService } from '../library/jobs.service.js';
import { newFileId } from '../library/new-file-id.js';
import type { RoomTask } from '../library/room.js';
import { safeName } from '../library/safe-name.js';
import type { StagedFile } from '../library/staged-file.js';
import { Storage } from '../library/storage.js';
import { WritingRoom } from '../library/writing-room.js';
import type { ExportOrder } from './export-job.js';
import { ExportBody } from './export.dto.js';
import { MaterialsService, type Materials } from './materials.service.js';
import { withoutExtension } from './names.js';
import { Describes } from '../routes/describes.decorator.js';
import { exportRoute } from './export.routes.js';

/** Plain rewriting is free; typesetting and packing cost credits. */
const isFree = (body?: { format?: unknown }) => body?.format === 'txt' || body?.format === 'json';

const WRITER = programBeside(import.meta.url, './export.writer.js');
/** The time limit: a minute, and a second for each ten million bytes of recordings. */
const secondsFor = ({ recordings }: Materials) =>
  60 + recordings.reduce((sum, { bytes }) => sum + bytes, 0) / 10_000_000;

/** Exports documents and recordings in the format that their owner asks for. */
@Controller('export')
export class ExportController {
  constructor(
    private readonly materials: MaterialsService,
    private readonly exports: ExportsService,
    private readonly jobs: JobsService,
    private readonly files: FileStore,
    private readonly writingRoom: WritingRoom,
    private readonly storage: Storage,
  ) {
    writingRoom.learn(WRITER);
  }

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post()
  @RequireCredits(({ body }: { body?: { format?: unknown } }) => (isFree(body) ? null : 'premium_export'))
  @Describes(exportRoute)
  async make(
    @Body() body: ExportBody,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const { format } = body;
    const { userId } = work;
    const materials = await this.materials.gather(userId, body);
    const { documents, recordings, files } = materials;
    const title = titleOf(body, materials);
    const limitBytes = await this.storage.roomForExport(userId, { isFree: isFree(body) });
    const given: ExportOrder = { format, title, documents, recordings, limitBytes };
    const outputPath = await this.files.newPath();
    const seconds = secondsFor(materials);
    const filename = `${safeName(title)}.${format}`;
    work.describe(filename);
    const id = newFileId();
    const sources = { documents: idsOf(materials.documents), recordings: idsOf(materials.recordings) };
    mayLast(reply);
    try {
      const task = { userId, files, outputPath, seconds };
      const file = await this.#write(id, given, task, untilClosed(reply)).catch(async (error: unknown) => {
        // If its files were deleted meanwhile, that is the answer.
        await this.exports.requireSources(userId, sources);
        throw error;
      });
      const { bytes, sha256 } = file;
      const made = { id, format, filename, bytes, sha256 };
      const owner = { userId, holdId: work.id ?? null };
      return await this.exports.add({ ...made, title, ...owner }, file, sources, (tx) =>
        work.finish({ ...made, downloadUrl: downloadUrlOf(id) }, { tx }),
      );
    } finally {
      await this.files.discard(outputPath);
    }
  }

  async #write(
    id: string,
    given: ExportOrder,
    task: Omit<RoomTask, 'program' | 'given'>,
    signal: AbortSignal,
  ): Promise<StagedFile> {
    const running = this.jobs.begin(task.userId, { id, format: given.format, title: given.title });
    const onProgress = (done: number) => running.report(done);
    try {
      const done = await this.writingRoom.run({ ...task, program: WRITER, given }, { signal, onProgress });
      return done.output!;
    } catch (error) {
      const isFull = error instanceof ProblemException && error.code === 'storage_full';
      throw isFull ? await this.storage.refusal(task.userId) : error;
    } finally {
      await running.end();
    }
  }
}

const idsOf = (found: readonly { id: string }[]) => found.map(({ id }) => id);

/** The requested title, or that of the first item. */
function titleOf({ title = '' }: ExportBody, { documents, recordings }: Materials): string {
  const asked = title.replace(/\s+/g, ' ').trim();
  if (asked !== '') return asked;
  return documents[0]?.title ?? withoutExtension(recordings[0]!.filename);
}
