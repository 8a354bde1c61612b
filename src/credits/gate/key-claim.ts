import { Logger } from '@nestjs/common';
import type { HostDatabase } from '../database/host-database.js';
import type { WorkOutcome } from '../held-work.js';
import { fingerprint } from '../fingerprint.js';
import type { Transaction } from '../ledger/transaction.js';
import type { Answer, Answers, KeyedRequest } from './answers.js';
import { repetitionOf } from './recorded-answer.js';
import { creditHeaders, isJson } from './work-outcome.js';

const logger = new Logger('Credits');

export const JSON_TYPE = 'application/json; charset=utf-8';

/** What is known of the key when the request is admitted. */
export interface ClaimedRequest {
  keyed?: KeyedRequest;
  /** The answer the key has already; whether it fits is known when the input is. */
  recorded?: Answer;
  /** Fingerprint of the input; null until the handler has read it. */
  input: string | null;
  /** Asked when the work succeeds: the framework, or the handler, has decided it by then. */
  statusOfSuccess: () => number;
}

/** What a request does with its idempotency key: it says what its input was, and records the answer or gives the key up. */
export class KeyClaim {
  #input: string | null;
  #abandoning: Promise<boolean> | undefined;
  #recordLate: (() => Promise<void>) | undefined;

  constructor(
    private readonly tools: { answers: Answers; database: HostDatabase },
    private readonly request: ClaimedRequest,
  ) {
    this.#input = request.input;
  }

  get input(): string | null {
    return this.#input;
  }

  get isAbandoned(): boolean {
    return this.#abandoning !== undefined;
  }

  /** @throws RecordedAnswer, IdempotencyKeyReusedError the key has an answer already */
  identify(input: unknown): void {
    this.#input = fingerprint(input);
    const { recorded, keyed } = this.request;
    if (recorded !== undefined) throw repetitionOf(recorded, keyed!, this.#input);
  }

  /**
   * Record the answer to a success; what is not JSON cannot be repeated, so it frees the key instead.
   *
   * @throws RecordedAnswer, IdempotencyKeyReusedError another request was first
   */
  async record(answer: unknown, outcome: WorkOutcome | undefined, tx?: Transaction): Promise<void> {
    const { keyed } = this.request;
    if (keyed === undefined) return;
    const { answers, database } = this.tools;
    if (tx !== undefined && !database.mayBeIn(tx)) {
      this.#recordLate = () => this.record(answer, outcome);
      return;
    }
    if (!isJson(answer)) return void (await answers.abandon(keyed, tx));
    const headers = { ...creditHeaders(outcome), 'content-type': JSON_TYPE };
    const status = this.request.statusOfSuccess();
    const recorded = { input: this.#input, status, headers, body: JSON.stringify(answer) };
    const first = await answers.record(keyed, recorded, tx);
    if (first !== undefined) throw repetitionOf(first, keyed, this.#input);
  }

  /**
   * Record what a transaction on another server could not record, now that it has committed. Should this fail, the
   * ledger still knows the key of what was done, and a retry is refused rather than done.
   */
  async recordElsewhere(): Promise<void> {
    try {
      await this.#recordLate?.();
    } catch (error) {
      logger.warn(`an answer was not recorded under its key: ${String(error)}`);
    }
  }

  /** False: the request had no claim to its key any more, so nothing may be recorded under it. */
  abandon(tx?: Transaction): Promise<boolean> {
    const { keyed, recorded } = this.request;
    if (keyed === undefined || recorded !== undefined) return Promise.resolve(true);
    if (tx !== undefined && this.#abandoning === undefined) return this.tools.answers.abandon(keyed, tx);
    this.#abandoning ??= this.tools.answers.abandon(keyed).catch((error: unknown) => {
      logger.warn(`the claim of a key was not given up, it lapses: ${String(error)}`);
      return true;
    });
    return this.#abandoning;
  }
}
