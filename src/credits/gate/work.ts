import { Logger } from '@nestjs/common';
import {
  CreditsOverloadedError,
  CreditsUnavailableError,
  IdempotencyKeyReusedError,
} from '../credits.errors.js';
import type { CreditsService } from '../credits.service.js';
import type { Hold, Receipt } from '../credits.types.js';
import type { HostDatabase } from '../database/host-database.js';
import { fingerprint } from '../fingerprint.js';
import { HeldWork, type Taken, type WorkOutcome } from '../held-work.js';
import type { InTransaction } from '../in-transaction.js';
import type { Transaction } from '../ledger/transaction.js';
import type { Measured } from '../prices/price.js';
import { asUnavailable } from '../unavailable.js';
import { isRecorded, type Answer, type Answers, type KeyedRequest } from './answers.js';
import { repetitionOf, type RecordedAnswer } from './recorded-answer.js';
import { canBeSent, creditHeaders, isJson, withCredits } from './work-outcome.js';

const logger = new Logger('Credits');

const JSON_TYPE = 'application/json; charset=utf-8';
/** What was delivered is paid for: a database that is away for a moment is asked again. */
const TRIES = 4;
const BETWEEN_TRIES_MS = 1_000;

export interface WorkTools {
  credits: CreditsService;
  answers: Answers;
  database: HostDatabase;
}

export interface WorkRequest {
  userId: string;
  hold?: Hold;
  /** How many units the hold is for. */
  units: number;
  keyed?: KeyedRequest;
  /** The answer the key has already; whether it fits is known when the input is. */
  recorded?: Answer;
  /** Fingerprint of the input; null until the handler has read it. */
  input: string | null;
  /** The most the client agrees to pay. */
  maxCredits?: number;
  /** The member of an answer that says what became of the credits; false: none does. */
  answerMember: string | false;
  /** Whether the answer to a success says so at all. */
  tellsCredits: boolean;
  /** Asked when the work succeeds: the framework, or the handler, has decided it by then. */
  statusOfSuccess: () => number;
}

export type Finishing = InTransaction & Taken;

/** What the answer to given up work is: recorded just now, or repeated because another was first. */
export interface GivenUp {
  recorded?: Omit<Answer, 'route'>;
  repetition?: RecordedAnswer | IdempotencyKeyReusedError;
}

/**
 * One request to a gated endpoint: work under its hold, if it costs anything, and an answer that is recorded under the
 * request's idempotency key. A handler that stores rows calls `finish` in the transaction of those rows, so the rows,
 * the charge and the recorded answer come to be together or not at all; for any other the gate does it.
 */
export class Work {
  /** undefined: the request is free. */
  readonly held: HeldWork | undefined;
  /** What is answered, once finished. */
  finished: { answer: unknown; credits: WorkOutcome | undefined } | undefined;
  /** While the gate finishes it. */
  finishing: Promise<unknown> | undefined;
  #input: string | null;
  #nothing: WorkOutcome | undefined;
  #abandoning: Promise<boolean> | undefined;
  #isTakenByGate = false;
  #hasBegun = false;
  #recordLate: (() => Promise<void>) | undefined;

  constructor(
    private readonly tools: WorkTools,
    private readonly request: WorkRequest,
  ) {
    this.#input = request.input;
    const { credits } = tools;
    if (request.hold !== undefined) {
      this.held = new HeldWork({ credits, keeper: credits.keeper }, request.hold, request);
    }
  }

  get userId(): string {
    return this.request.userId;
  }

  get hold(): Hold | undefined {
    return this.request.hold;
  }

  /** The hold's id, for handlers that capture through CreditsService. */
  get id(): string | undefined {
    return this.request.hold?.id;
  }

  get keyed(): KeyedRequest | undefined {
    return this.request.keyed;
  }

  get input(): string | null {
    return this.#input;
  }

  /** Set once the credits are captured, released or handed over. */
  get outcome(): WorkOutcome | undefined {
    return this.held === undefined ? this.#nothing : this.held.outcome;
  }

  /** The member of its answer that tells the outcome. */
  get answerMember(): string | false {
    return this.request.answerMember;
  }

  /** False: it has begun before. */
  begin(): boolean {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    return isFirst;
  }

  /** Nothing more is to be done for its credits and its key. */
  get isSettled(): boolean {
    return this.outcome !== undefined || this.finished !== undefined || this.#abandoning !== undefined;
  }

  /**
   * Tell what came in as multipart, which the gate cannot see: a file's name and hash. Call it before any work.
   *
   * @throws RecordedAnswer, IdempotencyKeyReusedError as `finish` does
   */
  identify(input: unknown): void {
    this.#input = fingerprint(input);
    const { recorded, keyed } = this.request;
    if (recorded !== undefined) throw repetitionOf(recorded, keyed!, this.#input);
  }

  /** The answer, when it is recorded, is about somebody else: their erasure empties it. */
  isAbout(userId: string): void {
    if (this.request.keyed !== undefined) this.request.keyed.subject = userId;
  }

  /** How much was used so far, in all; of free work nothing is counted. See HeldWork. */
  use(used: number | Measured): void {
    this.held?.use(used);
  }

  /**
   * Hold what the work needs, once that is known: at a price by unit the hold was made with what it begins with. The
   * whole of it is captured then. A price per call, and a free request, stay as they are.
   *
   * @throws InsufficientCreditsError, PriceExceedsMaxError: nothing may be stored then, and nothing is charged
   * @throws InvalidMeasureError, HoldExpiredError, HoldAlreadyResolvedError
   */
  async raise(measured: Measured): Promise<void> {
    const { hold, maxCredits } = this.request;
    if (hold !== undefined) await this.tools.credits.raise({ holdId: hold.id, measured, maxCredits });
  }

  /** What the work is on, such as the name of a file; see HeldWork. */
  describe(name: string): void {
    this.held?.describe(name);
  }

  /** As HeldWork does. */
  capture(taken: Taken = {}, within: InTransaction = {}): Promise<Receipt> {
    return this.#paid('capture').capture(taken, within);
  }

  /** As HeldWork does: leave the hold to the worker that continues after this request's answer. */
  handOver(input: { ttlSeconds: number }, within: InTransaction = {}): Promise<string> {
    return this.#paid('hand over').handOver(input, within);
  }

  /**
   * Succeed: capture, and record the answer under the request's key. The answer is the result with a member
   * `credits`; anything but a plain object stays as it is, and so does the result of an Idempotent endpoint.
   *
   * @throws RecordedAnswer the first answer to this key and input, when another request was first: let it pass, so
   *   that the rows of this one go, and the gate sends it
   * @throws TypeError the result cannot become JSON
   * @throws IdempotencyKeyReusedError, CreditsUnavailableError, and what `capture` throws
   */
  async finish(result: unknown, within: Finishing = {}): Promise<Record<string, unknown>> {
    if (!canBeSent(result)) throw new TypeError('the result of the work cannot become JSON');
    return this.#finish(result, within);
  }

  async #finish(result: unknown, { tx, ...taken }: Finishing): Promise<Record<string, unknown>> {
    const { keyed, recorded, answerMember, tellsCredits } = this.request;
    // Nothing is held for a key that has its answer: the handler forgot to identify its input.
    if (recorded !== undefined) throw new IdempotencyKeyReusedError();
    if (tx === undefined && keyed !== undefined) return this.#finishAlone(result, taken);
    // Only the ledger knows whether an earlier capture was rolled back; what was given up cannot succeed.
    if (this.held === undefined) {
      if (tellsCredits) this.#nothing ??= await this.#nothingCharged();
    } else if (!this.held.isHandedOver) {
      await this.held.capture(taken, { tx });
    }
    const { outcome } = this;
    const answer = withCredits(result, tellsCredits ? outcome : undefined, answerMember);
    if (keyed !== undefined) await this.#record(keyed, answer, outcome, tx);
    this.finished = { answer, credits: outcome };
    return answer as Record<string, unknown>;
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

  /** The gate's own: what it takes before the answer is out it can still take back. */
  async finishForGate(result: unknown): Promise<void> {
    this.#isTakenByGate = this.keyed === undefined && this.outcome === undefined;
    await this.#finish(result, {});
  }

  /** The handler refused by a status of its own: nothing is charged, and a retry hears the same. */
  refuse(reason: string, status: number, result: unknown): Promise<unknown> {
    const isRepeatable = isJson(result) && canBeSent(result) && isRecorded(status);
    if (!isRepeatable) return this.release(reason);
    const headers = { 'content-type': JSON_TYPE };
    return this.giveUp(reason, () => ({ status, headers, body: JSON.stringify(result) }));
  }

  /**
   * Give the credits back and record the answer to it in one transaction: between the two a retry would find the key
   * free and do the work again. What has lost its claim, to an erasure or to time, is not recorded: nothing is stored
   * for somebody who is gone.
   */
  async giveUp(reason: string, answer: () => Pick<Answer, 'status' | 'headers' | 'body'>): Promise<GivenUp> {
    const keyed = this.keyed;
    if (keyed === undefined || this.#input === null) {
      await this.release(reason);
      return {};
    }
    const input = this.#input;
    try {
      return await this.tools.database.transaction(async (tx) => {
        if (!(await this.release(reason, { tx }))) return {};
        const recorded = { input, ...answer() };
        const first = await this.tools.answers.record(keyed, recorded, tx);
        return first === undefined ? { recorded } : { repetition: repetitionOf(first, keyed, input) };
      });
    } catch (error) {
      await this.release(reason);
      throw asUnavailable(error);
    }
  }

  /** The answer is out and whole, and says nothing of credits. Nothing of it is recorded. Never rejects. */
  async succeed(): Promise<void> {
    await this.#insist(async () => {
      if (this.held !== undefined) await this.held.capture();
      else await this.release('answered');
    });
  }

  /** Take what was used so far, of work that nobody waits for any more. Never rejects. */
  async takeUsed(reason: string): Promise<void> {
    if (this.held?.hasUsed === true) await this.succeed();
    else await this.release(reason);
  }

  /** The answer was not sent whole after all: what the gate took for it goes back. Never rejects. */
  async takeBack(): Promise<void> {
    const { entryId = null, charged = 0 } = this.outcome ?? {};
    if (this.held?.isHandedOver === true) return void (await this.release('the work was not handed over'));
    if (!this.#isTakenByGate || entryId === null || charged === 0) return;
    const reason = 'the answer was not sent whole';
    await this.#insist(() => this.tools.credits.refund({ entryId, reason, actor: 'system' }));
  }

  /**
   * Give the credits and the key back; see HeldWork.
   * False: the request had no claim to its key any more, so nothing may be recorded under it.
   */
  release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    if (this.held !== undefined) return this.held.release(reason, { tx });
    const { keyed, recorded } = this.request;
    if (keyed === undefined || recorded !== undefined) return Promise.resolve(true);
    if (tx !== undefined && this.#abandoning === undefined) return this.tools.answers.abandon(keyed, tx);
    this.#abandoning ??= this.tools.answers.abandon(keyed).catch((error: unknown) => {
      logger.warn(`the claim of a key was not given up, it lapses: ${String(error)}`);
      return true;
    });
    return this.#abandoning;
  }

  async #record(
    keyed: KeyedRequest,
    answer: unknown,
    outcome: WorkOutcome | undefined,
    tx?: Transaction,
  ): Promise<void> {
    const { answers, database } = this.tools;
    if (tx !== undefined && !database.mayBeIn(tx)) {
      this.#recordLate = () => this.#record(keyed, answer, outcome);
      return;
    }
    if (!isJson(answer)) return void (await answers.abandon(keyed, tx));
    const headers = { ...creditHeaders(outcome), 'content-type': JSON_TYPE };
    const status = this.request.statusOfSuccess();
    const recorded = { input: this.#input, status, headers, body: JSON.stringify(answer) };
    const first = await answers.record(keyed, recorded, tx);
    if (first !== undefined) throw repetitionOf(first, keyed, this.#input);
  }

  async #finishAlone(result: unknown, taken: Taken): Promise<Record<string, unknown>> {
    try {
      return await this.tools.database.transaction((tx) => this.#finish(result, { ...taken, tx }));
    } catch (error) {
      this.finished = undefined;
      throw asUnavailable(error);
    }
  }

  async #insist(act: () => Promise<unknown>): Promise<void> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return void (await act());
      } catch (error) {
        const mayPass = error instanceof CreditsUnavailableError || error instanceof CreditsOverloadedError;
        if (!mayPass || left === 1) {
          return logger.error(`the credits of an answer that is over were not settled: ${String(error)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
      }
    }
  }

  #paid(verb: string): HeldWork {
    if (this.held === undefined) throw new TypeError(`there is no hold to ${verb}: this request is free`);
    return this.held;
  }

  async #nothingCharged(): Promise<WorkOutcome> {
    const { available, held, balance, version } = await this.tools.credits.balance(this.request.userId);
    return { charged: 0, available, held, balance, version, entryId: null, holdId: null };
  }
}
