import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import type { Measured, Work } from '../credits/index.js';
import { untilClosed } from '../routes/until-closed.js';
import { FileStore } from './file-store.js';
import { newFileId } from './new-file-id.js';
import { ReadingRoom } from './reading-room.js';
import { receiveFile, type ReceivedFile } from './receive-file.js';
import type { StagedFile } from './staged-file.js';

/** A request whose file is read under its hold. */
export interface PaidRequest {
  request: FastifyRequest;
  reply: FastifyReply;
  work: Work;
}

/** How a feature reads its files, in a separate process. */
export interface Reading<Facts> {
  program: URL;
  given?: unknown;
  limitBytes: number;
  secondsFor: (bytes: number) => number;
  /** True if the program writes a file to be kept. */
  hasOutput?: boolean;
  /** The quantities charged for, at a price by unit; they must be known before the file is kept. */
  measuredOf: (facts: Facts) => Measured;
}

/** A file that was received and read. It has no owner until its row is written. */
export interface PaidFile<Facts> {
  /** What every shelf's row says of it. */
  row: { id: string; userId: string; holdId: string | null; filename: string; bytes: number; sha256: string };
  facts: Facts;
  original: StagedFile;
  output: StagedFile | undefined;
  /** Call it in the transaction of the row, so that the charge and the recorded answer commit with it. */
  finish: (answer: Record<string, unknown>) => (tx: EntityManager) => Promise<unknown>;
}

/** Handles a paid file, in the same steps for every feature: receive, identify, read, keep and finish, discard. */
@Injectable()
export class PaidFiles {
  constructor(
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
  ) {}

  /** Keep a program ready before the first file for it arrives. */
  learn(program: URL): void {
    this.readingRoom.learn(program);
  }

  /** `keep` stores the file and finishes the work. A file that it does not keep is gone when this settles. */
  async take<Facts>(
    { request, reply, work }: PaidRequest,
    reading: Reading<Facts>,
    keep: (file: PaidFile<Facts>) => Promise<unknown>,
  ): Promise<unknown> {
    const original = await receiveFile(request, this.files, reading.limitBytes);
    const outputPath = reading.hasOutput === true ? await this.files.newPath() : undefined;
    try {
      const { filename, sha256 } = original;
      work.describe(filename);
      work.identify({ filename, sha256 });
      const { result: facts, output } = await this.readingRoom.run<Facts>(
        taskOf(reading, work.userId, original, outputPath),
        { signal: untilClosed(reply) },
      );
      await work.raise(reading.measuredOf(facts));
      const finish: PaidFile<Facts>['finish'] = (answer) => (tx) => work.finish(answer, { tx });
      return await keep({ row: rowOf(work, original), facts, original, output, finish });
    } finally {
      if (outputPath !== undefined) await this.files.discard(outputPath);
      await this.files.discard(original.path);
    }
  }
}

function taskOf(
  { program, given, secondsFor }: Reading<never>,
  userId: string,
  { path, bytes }: ReceivedFile,
  outputPath?: string,
) {
  return { userId, program, given, files: [path], outputPath, seconds: secondsFor(bytes) };
}

function rowOf(work: Work, { filename, bytes, sha256 }: ReceivedFile): PaidFile<never>['row'] {
  return { id: newFileId(), userId: work.userId, holdId: work.id ?? null, filename, bytes, sha256 };
}
