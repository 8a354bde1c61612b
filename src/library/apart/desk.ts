import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSource } from '../file-place.js';
import type { StagedFile } from '../staged-file.js';
import { ApartProcess, type MemoryLimits, type Verdict, type Watch } from './apart-process.js';
import { layIn, openScratch, takeOut } from './scratch.js';
import { usageOf } from './usage.js';

/** One piece of work: on which files, how much time of a processor it may take, and where its output goes if it has one. */
export interface Task {
  program: string;
  given: unknown;
  files: readonly (string | FileSource)[];
  seconds: number;
  outputPath?: string | undefined;
}

export interface Done {
  result: unknown;
  output?: StagedFile;
}

/** A process that has grown past this is not kept for the next work. */
const KEPT_BELOW_MB = 192;

/** A place where strangers' files are worked on: a process, a scratch that it reads and one that it writes. */
export class Desk {
  private constructor(
    private readonly process: ApartProcess,
    private readonly programs: readonly string[],
    private readonly input: FileHandle,
    private readonly output: FileHandle,
  ) {
    void process.over.then(() => Promise.allSettled([input.close(), output.close()]));
  }

  /** @throws Error when its process does not come up */
  static async open(programs: readonly string[], limits: MemoryLimits, folder: string): Promise<Desk> {
    const input = await openScratch(join(folder, randomUUID()), 'r');
    const output = await openScratch(join(folder, randomUUID()), 'r+');
    const theirs = [input.theirs, output.theirs] as const;
    try {
      const process = await ApartProcess.start(programs, limits, [theirs[0].fd, theirs[1].fd]);
      return new Desk(process, programs, input.ours, output.ours);
    } catch (error) {
      await Promise.allSettled([input.ours.close(), output.ours.close()]);
      throw error;
    } finally {
      await Promise.allSettled(theirs.map((handle) => handle.close()));
    }
  }

  get isOver(): boolean {
    return this.process.isOver;
  }

  knows(program: string): boolean {
    return this.programs.includes(program);
  }

  close(): Promise<void> {
    return this.process.end();
  }

  /**
   * Whatever goes wrong ends the process; only a whole result or a refusal leaves it for the next work.
   *
   * @throws OverLimitError, the signal's reason, Error for a fault of the program
   */
  async do(task: Task, watch: Watch): Promise<Done | Extract<Verdict, { refusal: unknown }>> {
    try {
      const { program, given, files, seconds, outputPath } = task;
      const sizes = await layIn(files, this.input);
      const verdict = await this.process.work({ program, given, sizes }, seconds, watch);
      if ('refusal' in verdict) return verdict;
      const { result, sha256 } = verdict;
      if (outputPath === undefined || sha256 === undefined) return { result };
      const bytes = await takeOut(this.output, outputPath);
      return { result, output: { path: outputPath, bytes, sha256 } };
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      if (!this.isOver) await this.#tidy();
    }
  }

  /** Nothing of one user's is left for the next. */
  async #tidy(): Promise<void> {
    await Promise.all([this.input.truncate(), this.output.truncate()]);
    const usage = await usageOf(this.process.id);
    if (usage !== undefined && usage.residentMb > KEPT_BELOW_MB) await this.close();
  }
}
