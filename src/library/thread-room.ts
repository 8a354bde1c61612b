import { Worker } from 'node:worker_threads';
import { ProblemException } from '../http/problem.exception.js';
import type { Said } from './answer-with.js';
import { Seats } from './seats.js';

/** A program for a thread, and how much it may take for one piece of work. */
export interface ThreadProgram {
  program: URL;
  memoryMb: number;
  seconds: number;
}

export interface Watch {
  /** Ends the work, or the wait for a seat, with the signal's reason. */
  signal?: AbortSignal;
  /** The part that is done, from 0 to 1. */
  onProgress?: (done: number) => void;
}

/** Threads at work at once: what they may take together is what a flood of work can take. */
const LIMITS = { seats: 2, maxWaiting: 32, maxWaitMs: 20_000 };

/**
 * Work that takes long, or that files of strangers decide about, is done in a thread with a limit of memory and one
 * of time: whatever comes, the process lives on and goes on answering. Who finds no seat waits for one.
 */
export abstract class ThreadRoom {
  readonly #seats = new Seats(LIMITS, () => new ProblemException('overloaded', this.words.crowd));

  protected constructor(private readonly words: { work: string; crowd: string }) {}

  /** Threads at work. */
  get running(): number {
    return this.#seats.taken;
  }

  /** Who waits for a seat. */
  get waiting(): number {
    return this.#seats.waiting;
  }

  /** @throws ProblemException what the program refused; file_too_complex past a limit; overloaded */
  async run<T>(program: ThreadProgram, input: unknown, watch: Watch = {}): Promise<T> {
    await this.#seats.take(watch.signal);
    try {
      watch.signal?.throwIfAborted();
      return (await this.#runApart(program, input, watch)) as T;
    } finally {
      this.#seats.leave();
    }
  }

  async #runApart({ program, memoryMb, seconds }: ThreadProgram, input: unknown, watch: Watch) {
    const worker = new Worker(program, {
      workerData: input,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        worker.on('message', (said: Said) => {
          if ('progress' in said) watch.onProgress?.(said.progress);
          else if ('result' in said) resolve(said.result);
          else reject(new ProblemException(said.refusal.code, said.refusal.detail));
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error(`${program.pathname} ended without an answer`)));
        timer = setTimeout(() => reject(this.#tooComplex(`${seconds} seconds`)), seconds * 1000);
        watch.signal?.addEventListener('abort', () => reject(watch.signal?.reason as Error), { once: true });
      });
    } catch (error) {
      const outOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
      throw outOfMemory ? this.#tooComplex('the memory it may take', error) : error;
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }

  #tooComplex(limit: string, cause?: unknown): ProblemException {
    return new ProblemException(
      'file_too_complex',
      `${this.words.work} takes more than ${limit}.`,
      {},
      cause,
    );
  }
}

/** A thread's program beside its caller, or, where a test runs the caller's source, what the build made of it. */
export function programBeside(callerUrl: string, name: string): URL {
  return new URL(name, callerUrl.replace(/^(.*)\/src\/(.*\.ts)$/, '$1/dist/$2'));
}
