import type { OnApplicationShutdown } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception.js';
import type { MemoryLimits, Watch } from './apart/apart-process.js';
import { Desk, type Done } from './apart/desk.js';
import { OverLimitError } from './apart/over-limit.error.js';
import type { FileSource } from './file-place.js';
import type { FileStore } from './file-store.js';
import { Seats } from './seats.js';

/** A task for a room. */
export interface RoomTask {
  /** The user who asks, who has one seat at most. */
  userId: string;
  program: URL;
  given?: unknown;
  /** The files that the program reads: staged here, or stored in their place. */
  files: readonly (string | FileSource)[];
  /** The path at which its output is staged, if it has any. */
  outputPath?: string;
  seconds: number;
}

/** The name of a room in its refusals, and the limits of each of its processes. */
interface Character extends MemoryLimits {
  work: string;
  crowd: string;
}

/**
 * How many tasks run at once, which bounds what a flood of them can take. A waiting task holds nothing but a staged
 * file, so one user may send a whole folder of files at once.
 */
const SEATS = { seats: 2, maxWaiting: 512, maxWaitingPerUser: 256, maxWaitMs: 20_000 };
/** How long a second process is kept after its last task; one process is always kept. */
const SPARE_FOR_MS = 30_000;
const RETRY_AFTER_SECONDS = 10;

/**
 * Runs everything that strangers' files can influence in a separate process, with limits of memory and time and under
 * an account that owns nothing: whatever happens there, the server goes on answering. A task without a free seat
 * waits for one.
 */
export abstract class Room implements OnApplicationShutdown {
  readonly #seats = new Seats(SEATS, () => new ProblemException('overloaded', this.character.crowd));
  readonly #programs = new Set<string>();
  readonly #desks = new Set<Desk>();
  readonly #idle: Desk[] = [];
  #isClosed = false;

  protected constructor(
    private readonly files: FileStore,
    private readonly character: Character,
  ) {}

  /** Tasks in progress. */
  get running(): number {
    return this.#seats.taken;
  }

  /** Tasks waiting for a seat. */
  get waiting(): number {
    return this.#seats.waiting;
  }

  /** Processes that run, busy or idle. */
  get processes(): number {
    return this.#desks.size;
  }

  /** Register a program with every process of this room. */
  learn(program: URL): void {
    this.#programs.add(program.href);
  }

  /** Keep one process ready from now on. */
  async open(): Promise<void> {
    if (this.#idle.length === 0 && !this.#isClosed) this.#rest(await this.#newDesk());
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#desks].map((desk) => desk.close()));
  }

  /**
   * @throws ProblemException what the program refused; overloaded: too many wait, or the work took more time or
   *   memory than it may, which is this machine's affair and may pass another time; the signal's reason
   */
  async run<T>(task: RoomTask, watch: Watch = {}): Promise<{ result: T; output: Done['output'] }> {
    const { userId, program, given, files, outputPath, seconds } = task;
    await this.#seats.take(userId, watch.signal);
    let desk: Desk | undefined;
    try {
      desk = await this.#deskFor(program.href);
      watch.signal?.throwIfAborted();
      const done = await desk.do({ program: program.href, given, files, seconds, outputPath }, watch);
      if ('refusal' in done) {
        const { code, detail, facts } = done.refusal;
        throw new ProblemException(code, detail, facts);
      }
      return { result: done.result as T, output: done.output };
    } catch (error) {
      throw error instanceof OverLimitError ? this.#tooMuch(error) : error;
    } finally {
      if (desk !== undefined) this.#rest(desk);
      this.#seats.leave(userId);
    }
  }

  async #deskFor(program: string): Promise<Desk> {
    this.#programs.add(program);
    for (let desk = this.#idle.pop(); desk !== undefined; desk = this.#idle.pop()) {
      if (!desk.isOver && desk.knows(program)) return desk;
      await this.#dismiss(desk);
    }
    return this.#newDesk();
  }

  async #newDesk(): Promise<Desk> {
    const { heapMb, residentMb: most } = this.character;
    const limits = { heapMb, residentMb: most };
    const desk = await Desk.open([...this.#programs], limits, await this.files.incoming());
    this.#desks.add(desk);
    if (this.#isClosed) await this.#dismiss(desk);
    return desk;
  }

  /** Return the process for the next task, or start another one in its place. */
  #rest(desk: Desk): void {
    if (desk.isOver) {
      this.#desks.delete(desk);
      // The next task finds one ready, or learns why there is none.
      if (this.#idle.length === 0) this.open().catch(() => undefined);
      return;
    }
    this.#idle.push(desk);
    setTimeout(() => void this.#spare(desk), SPARE_FOR_MS).unref();
  }

  async #spare(desk: Desk): Promise<void> {
    if (this.#idle.length > 1 && this.#idle[0] === desk) await this.#dismiss(this.#idle.shift()!);
  }

  async #dismiss(desk: Desk): Promise<void> {
    await desk.close();
    this.#desks.delete(desk);
  }

  #tooMuch(error: OverLimitError): ProblemException {
    const detail = `${this.character.work} took more than ${error.limit}, which is all it may take. Please try again later.`;
    return new ProblemException('overloaded', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }, error);
  }
}
