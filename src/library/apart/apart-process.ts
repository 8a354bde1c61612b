import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lowlyAccount } from './lowly-account.js';
import { OverLimitError } from './over-limit.error.js';
import { programBeside } from './program.js';
import { watchUsage } from './watch-usage.js';
import type { Order, Said } from './work.js';

/** What a process may take of V8's heap, and of memory as the system counts it. */
export interface MemoryLimits {
  heapMb: number;
  residentMb: number;
}

export interface Watch {
  /** Ends the work, or the wait for a seat, with the signal's reason. */
  signal?: AbortSignal;
  /** The part that is done, from 0 to 1. */
  onProgress?: (done: number) => void;
}

/** How work ends when nothing of ours failed. */
export type Verdict = Extract<Said, { result: unknown } | { refusal: unknown }>;

const READY_WITHIN_SECONDS = 60;
/** What counts is time of the processor; on a busy machine that takes longer by the clock. */
const CLOCK_TO_PROCESSOR = 3;
const HOST = programBeside(import.meta.url, './host.js');

/** A process that does work for the server, one piece at a time, and may be ended at any moment. */
export class ApartProcess {
  /** Resolves when it is gone. */
  readonly over: Promise<void>;
  #isOver = false;
  #complaint = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly limits: MemoryLimits,
  ) {
    child.stderr!.on('data', (text) => (this.#complaint = (this.#complaint + String(text)).slice(-4_000)));
    child.on('error', (error) => (this.#complaint += String(error)));
    this.over = new Promise((resolve) => {
      child.once('close', () => {
        this.#isOver = true;
        resolve();
      });
    });
  }

  /**
   * Starts one that has loaded these programs, with descriptors to read from and to write into.
   *
   * @throws Error when it does not come up
   */
  static async start(
    programs: readonly string[],
    limits: MemoryLimits,
    [input, output]: [number, number],
  ): Promise<ApartProcess> {
    const child = fork(fileURLToPath(HOST), [String(lowlyAccount() ?? ''), ...programs], {
      cwd: '/',
      // Of its own: neither the server's secrets nor its flags, which would overrule these limits.
      env: {},
      execArgv: [`--max-old-space-size=${limits.heapMb}`, '--max-semi-space-size=16'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', input, output, 'ipc'],
    });
    const started = new ApartProcess(child, limits);
    try {
      await started.#hear(READY_WITHIN_SECONDS, (said) => ('ready' in said ? said : undefined));
    } catch (error) {
      await started.end();
      throw new Error(`a process for files did not come up: ${started.#complaint}`, { cause: error });
    }
    started.#mayKeepServerUp(false);
    return started;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get id(): number {
    return this.child.pid!;
  }

  async end(): Promise<void> {
    this.#mayKeepServerUp(true);
    this.child.kill('SIGKILL');
    if (this.child.pid !== undefined) await this.over;
  }

  /** @throws OverLimitError, the signal's reason, Error for a fault of the program */
  async work(order: Order, seconds: number, { signal, onProgress }: Watch): Promise<Verdict> {
    const excess = new AbortController();
    const { residentMb } = this.limits;
    const stopLooking = watchUsage(this.id, { residentMb, processorSeconds: seconds }, (error) =>
      excess.abort(error),
    );
    const ending = AbortSignal.any(signal === undefined ? [excess.signal] : [excess.signal, signal]);
    this.#mayKeepServerUp(true);
    try {
      const verdict = this.#hear(seconds * CLOCK_TO_PROCESSOR, (said) => verdictOf(said, onProgress), ending);
      this.child.send(order);
      return await verdict;
    } finally {
      stopLooking();
      this.#mayKeepServerUp(false);
    }
  }

  /** The first thing said that is something to the caller. */
  #hear<T>(seconds: number, pick: (said: Said) => T | undefined, signal?: AbortSignal): Promise<T> {
    const { child } = this;
    return new Promise<T>((resolve, reject) => {
      const hear = (said: Said) => {
        try {
          const picked = pick(said);
          if (picked !== undefined) finish(() => resolve(picked));
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const giveUp = () => finish(() => reject(signal?.reason as Error));
      const lose = () => finish(() => reject(this.#loss()));
      const timer = setTimeout(
        () => finish(() => reject(new OverLimitError(`${Math.round(seconds)} seconds`))),
        seconds * 1000,
      );
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        child.off('message', hear).off('close', lose);
        signal?.removeEventListener('abort', giveUp);
        settle();
      };
      child.on('message', hear).once('close', lose);
      signal?.addEventListener('abort', giveUp, { once: true });
      if (signal?.aborted) giveUp();
      else if (this.#isOver) lose();
    });
  }

  /** It ended by itself: V8 aborts a process whose heap is full, and the system kills one when memory is short. */
  #loss(): Error {
    const cause = new Error(this.#complaint || `ended with ${this.child.exitCode ?? this.child.signalCode}`);
    const isMemory = this.child.signalCode !== null || /out of memory|heap limit/i.test(this.#complaint);
    return isMemory ? new OverLimitError('the memory it may take', cause) : cause;
  }

  /** An idle child does not keep this process running. */
  #mayKeepServerUp(may: boolean): void {
    const { child } = this;
    const stderr = child.stderr as unknown as { ref(): void; unref(): void };
    for (const handle of [child, child.channel, stderr]) {
      if (may) handle?.ref();
      else handle?.unref();
    }
  }
}

/** @throws Error for a fault of the program */
function verdictOf(said: Said, onProgress: Watch['onProgress']): Verdict | undefined {
  if ('fault' in said) throw new Error(`a process for files failed: ${said.fault}`);
  if ('progress' in said) onProgress?.(said.progress);
  return 'result' in said || 'refusal' in said ? said : undefined;
}
