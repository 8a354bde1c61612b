import { Logger } from '@nestjs/common';
import type { HostDatabase } from '../database/host-database.js';
import type { WorkOutcome } from '../held-work.js';
import { fingerprint } from '../fingerprint.js';
import type { Transaction } from '../ledger/transaction.js';
import type { Answer, Answers, KeyedRequest } from './answers.js';
import { repetitionOf } from './recorded-answer.js';
import { sentAs } from './sent.js';
import { creditHeaders } from './work-outcome.js';

const logger = new Logger('Credits');

/** What is known of the key when the request is admitted. */
export interface ClaimedRequest {
  keyed?: KeyedRequest;
  /** The answer the key has already; whether it fits is known when the input is. */
  recorded?: Answer;
  /** Fingerprint of the input; null until the handler has read it. */
  input: string | null;
  /** Of the HTTP adapter: what it sends of a result; undefined where something else is sent. */
  adapterType: string | undefined;
  /** Asked when the work ends: the framework, or the handler, has decided both by then. */
  statusOfAnswer: () => number;
  typeOfAnswer: () => string | undefined;
}

type KeptAnswer = Omit<Answer, 'route'>;

/** What a request does with its idempotency key: it says what its input was, and records the answer or gives the key up. */
export class KeyClaim {
  #input: string | null;
  #abandoning: Promise<boolean> | undefined;
  #recordLate: (() => Promise<void>) | undefined;
  /** What stands under the key by this request's doing. */
  #kept: KeptAnswer | undefined;

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

  /** As it is recorded; undefined: a stream or bytes, which cannot be repeated. */
  answerOf(result: unknown, status: number, outcome?: WorkOutcome): KeptAnswer | undefined {
    const { adapterType } = this.request;
    const sent = adapterType === undefined ? undefined : sentAs(result, adapterType);
    if (sent === undefined) return undefined;
    const type = this.request.typeOfAnswer() ?? sent.type;
    const headers = { ...creditHeaders(outcome), ...(type !== undefined && { 'content-type': type }) };
    return { input: this.#input, status, headers, body: sent.body };
  }

  noteKept(answer: KeptAnswer): void {
    this.#kept = answer;
  }

  /**
   * Put what is sent in the place of what was recorded, if that is something else; undefined: it is not. A refusal by
   * whatever is around the work leaves the answer to its success as it is. Never rejects.
   */
  amend(result: unknown, status: number): Promise<void> | undefined {
    const answer = this.#kept;
    if (answer === undefined) return undefined;
    if (status >= 400 !== answer.status >= 400) return undefined;
    const sent = this.answerOf(result, status);
    if (sent?.body === answer.body && status === answer.status) return undefined;
    const amended = sent && { ...sent, headers: { ...answer.headers, ...sent.headers } };
    return this.tools.answers.amend(this.request.keyed!, answer, amended).catch((error: unknown) => {
      logger.warn(`an answer is recorded otherwise than it was sent: ${String(error)}`);
    });
  }

  /**
   * Record the answer to a success; what cannot be repeated frees the key instead.
   *
   * @throws RecordedAnswer, IdempotencyKeyReusedError another request was first
   */
  async record(result: unknown, outcome: WorkOutcome | undefined, tx?: Transaction): Promise<void> {
    const { keyed } = this.request;
    if (keyed === undefined) return;
    const { answers, database } = this.tools;
    if (tx !== undefined && !database.mayBeIn(tx)) {
      this.#recordLate = () => this.record(result, outcome);
      return;
    }
    const answer = this.answerOf(result, this.request.statusOfAnswer(), outcome);
    if (answer === undefined) return void (await answers.abandon(keyed, tx));
    const first = await answers.record(keyed, answer, tx);
    if (first !== undefined) throw repetitionOf(first, keyed, this.#input);
    this.noteKept(answer);
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
