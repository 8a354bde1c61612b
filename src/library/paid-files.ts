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

/** How a feature has its files read, in a process apart. */
export interface Reading<Facts> {
  program: URL;
  given?: unknown;
  limitBytes: number;
  secondsFor: (bytes: number) => number;
  /** Whether the program writes something to be kept. */
  hasOutput?: boolean;
  /** What it is charged for where its price is by measured unit; it has to be known before the file is kept. */
  measuredOf: (facts: Facts) => Measured;
}

/** A file that was received and read. It is nobody's until a row says so. */
export interface PaidFile<Facts> {
  /** What every shelf's row says of it. */
  row: { id: string; userId: string; holdId: string | null; filename: string; bytes: number; sha256: string };
  facts: Facts;
  original: StagedFile;
  output: StagedFile | undefined;
  /** To be called in the transaction of the row: the charge and the recorded answer commit with it. */
  finish: (answer: Record<string, unknown>) => (tx: EntityManager) => Promise<unknown>;
}

/** The way of a paid file, the same for every feature: receive, identify, read, keep and finish, discard. */
@Injectable()
export class PaidFiles {
  constructor(
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
  ) {}

  /** Have a program ready before the first file for it comes. */
  learn(program: URL): void {
    this.readingRoom.learn(program);
  }

  /** `keep` stores the file and finishes the work. What it does not keep is gone when this settles. */
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
