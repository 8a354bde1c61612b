import { Injectable } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { ProblemException } from '../http/problem.exception.js';
import type { Reading } from './reader-thread.js';

/** A program that reads files of strangers, and how much it may take for one of them. */
export interface Reader {
  program: URL;
  memoryMb: number;
  seconds: number;
}

/** Readers at work at once: what they may take together is what a flood of hostile files can take. */
const SEATS = 2;
const MAX_WAITING = 32;
const MAX_WAIT_MS = 20_000;

/**
 * Files of strangers are read in a thread with a limit of memory and one of time: whatever is in them, the process
 * lives on and goes on answering. Who finds no seat waits for one.
 */
@Injectable()
export class ReadingRoom {
  #free = SEATS;
  readonly #waiting: (() => void)[] = [];

  /** Files that are being read. */
  get reading(): number {
    return SEATS - this.#free;
  }

  /** Files that wait for a seat. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws ProblemException what the reader refused; file_too_complex past a limit; overloaded */
  async read<T>(reader: Reader, input: unknown): Promise<T> {
    await this.#takeSeat();
    try {
      return (await readApart(reader, input)) as T;
    } finally {
      this.#leaveSeat();
    }
  }

  async #takeSeat(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) throw tooManyFiles();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(sit), 1);
        reject(tooManyFiles());
      }, MAX_WAIT_MS);
      const sit = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(sit);
    });
  }

  /** The seat goes to who waits longest, and is free only when nobody does. */
  #leaveSeat(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** A thread's program beside its caller, or, where a test runs the caller's source, what the build made of it. */
export function programBeside(callerUrl: string, name: string): URL {
  return new URL(name, callerUrl.replace(/^(.*)\/src\/(.*\.ts)$/, '$1/dist/$2'));
}

async function readApart({ program, memoryMb, seconds }: Reader, input: unknown): Promise<unknown> {
  const worker = new Worker(program, {
    workerData: input,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const reading = await new Promise<Reading>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error(`${program.pathname} ended without an answer`)));
      timer = setTimeout(() => reject(tooComplex(`${seconds} seconds`)), seconds * 1000);
    });
    if ('refusal' in reading) throw new ProblemException(reading.refusal.code, reading.refusal.detail);
    return reading.result;
  } catch (error) {
    const outOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    throw outOfMemory ? tooComplex('the memory it may take', error) : error;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function tooComplex(limit: string, cause?: unknown): ProblemException {
  return new ProblemException('file_too_complex', `Reading this file takes more than ${limit}.`, {}, cause);
}

function tooManyFiles(): ProblemException {
  return new ProblemException('overloaded', 'Too many files are being read at once.');
}
