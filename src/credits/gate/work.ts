import { Logger } from '@nestjs/common';
import { CreditsError, HoldAlreadyResolvedError, IdempotencyKeyReusedError } from '../credits.errors.js';
import type { CreditsService, InTransaction } from '../credits.service.js';
import type { Balance, CaptureInput, Hold, Receipt } from '../credits.types.js';
import type { HostDatabase } from '../database/host-database.js';
import type { Transaction } from '../ledger/transaction.js';
import type { Measured } from '../prices/price.js';
import { asUnavailable } from '../unavailable.js';
import type { HoldKeeper } from '../upkeep/hold-keeper.js';
import { fingerprint, type Answer, type Answers, type KeyedRequest } from './answers.js';
import { repetitionOf } from './recorded-answer.js';
import { creditHeaders, isJson, withCredits, type WorkOutcome } from './work-outcome.js';

const logger = new Logger('Credits');

export interface WorkTools {
  credits: CreditsService;
  keeper: HoldKeeper;
  answers: Answers;
  database: HostDatabase;
}

export interface WorkRequest {
  userId: string;
  hold?: Hold;
  keyed?: KeyedRequest;
  /** The answer the key has already; whether it fits is known when the input is. */
  recorded?: Answer;
  /** Fingerprint of the input; null until the handler has read it. */
  input: string | null;
  /** The most the client agrees to pay. */
  maxCredits?: number;
  /** Whether the answer to a success says what became of the credits. */
  tellsCredits: boolean;
  /** Asked when the work succeeds: the framework, or the handler, has decided it by then. */
  statusOfSuccess: () => number;
}

/** All that is held, unless it is said how many credits or how much of each unit. */
export type Taken = Pick<CaptureInput, 'credits' | 'measured'>;

/**
 * One request to a gated endpoint. Its hold, if it costs anything, is kept alive until it is resolved. A handler
 * that stores rows calls `finish` in the transaction of those rows, so the rows, the charge and the answer recorded
 * under the request's idempotency key come to be together or not at all; for any other the gate does it.
 */
export class Work {
  /** Set once the credits are captured or released. */
  outcome: WorkOutcome | undefined;
  /** What is answered, once finished. */
  finished: { answer: unknown; credits: WorkOutcome | undefined } | undefined;
  #input: string | null;
  #receipt: Receipt | undefined;
  #releasing: Promise<boolean> | undefined;

  constructor(
    private readonly tools: WorkTools,
    private readonly request: WorkRequest,
  ) {
    this.#input = request.input;
    if (request.hold !== undefined) tools.keeper.keep(request.hold.id);
  }

  get userId(): string {
    return this.request.userId;
  }

  /** undefined: the request is free. */
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

  /**
   * Take the credits, or part of them, or what was measured; with `tx` they are taken when the caller's transaction commits, and may be
   * taken again after a rollback.
   */
  async capture(taken: Taken = {}, { tx }: InTransaction = {}): Promise<Receipt> {
    const holdId = this.request.hold!.id;
    // Also when the release could not be written: what was given up is not charged later.
    if (this.#releasing !== undefined) throw new HoldAlreadyResolvedError({ holdId, state: 'released' });
    const receipt = await this.tools.credits.capture({ holdId, ...taken }, { tx }).catch((error: unknown) => {
      // By this work before, or by the handler through the service: that is the receipt.
      if (isOfCaptured(error)) return this.#receipt ?? this.tools.credits.receiptOf(holdId);
      throw error;
    });
    this.#receipt = receipt;
    this.#settle(receipt, receipt.charged, receipt.entryId);
    return receipt;
  }

  /**
   * Succeed: capture, and record the answer under the request's key. The answer is the result with a member
   * `credits`; anything but a plain object stays as it is, and so does the result of an Idempotent endpoint.
   *
   * @throws RecordedAnswer the first answer to this key and input, when another request was first: let it pass, so
   *   that the rows of this one go, and the gate sends it
   * @throws IdempotencyKeyReusedError, CreditsUnavailableError, and what `capture` throws
   */
  async finish(
    result: unknown,
    { tx, ...taken }: InTransaction & Taken = {},
  ): Promise<Record<string, unknown>> {
    const { keyed, hold, recorded } = this.request;
    // Nothing is held for a key that has its answer: the handler forgot to identify its input.
    if (recorded !== undefined) throw new IdempotencyKeyReusedError();
    if (tx === undefined && keyed !== undefined) return this.#finishAlone(result, taken);
    // Only the ledger knows whether an earlier capture was rolled back; what was given up cannot succeed.
    if (hold !== undefined) await this.capture(taken, { tx });
    if (this.request.tellsCredits) this.outcome ??= await this.#nothingCharged();
    const outcome = this.outcome;
    const answer = withCredits(result, outcome);
    if (keyed !== undefined) await this.#record(keyed, answer, outcome, tx);
    this.finished = { answer, credits: outcome };
    return answer as Record<string, unknown>;
  }

  async #record(
    keyed: KeyedRequest,
    answer: unknown,
    outcome: WorkOutcome | undefined,
    tx?: Transaction,
  ): Promise<void> {
    const { answers } = this.tools;
    if (!isJson(answer)) return void (await answers.abandon(keyed, tx));
    const headers = { ...creditHeaders(outcome), 'content-type': 'application/json; charset=utf-8' };
    const status = this.request.statusOfSuccess();
    const recorded = { input: this.#input, status, headers, body: JSON.stringify(answer) };
    const first = await answers.record(keyed, recorded, tx);
    if (first !== undefined) throw repetitionOf(first, keyed, this.#input);
  }

  async #finishAlone(result: unknown, taken: Taken): Promise<Record<string, unknown>> {
    try {
      return await this.tools.database.transaction((tx) => this.finish(result, { ...taken, tx }));
    } catch (error) {
      this.finished = undefined;
      throw asUnavailable(error);
    }
  }

  /**
   * Give the credits and the key back, once (a transaction may roll back, so one inside it does not count); resolves
   * also when they could not be given back now, for hold and claim then expire by themselves; inside `tx` it rejects
   * then, for nothing more can be done in that transaction. A hold that was captured stays captured. The work cannot
   * succeed after it: a success that is to cost nothing captures 0 credits.
   * False: the request had no claim to its key any more, so nothing may be recorded under it.
   */
  release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    if (tx !== undefined && this.#releasing === undefined) return this.#release(reason, tx);
    this.#releasing ??= this.#release(reason);
    return this.#releasing;
  }

  async #release(reason: string, tx?: Transaction): Promise<boolean> {
    const { hold, keyed, recorded } = this.request;
    try {
      if (hold !== undefined) {
        this.tools.keeper.drop(hold.id);
        const released = { holdId: hold.id, reason: storable(reason) };
        this.#settle(await this.tools.credits.release(released, { tx }), 0, null);
      } else if (keyed !== undefined && recorded === undefined) {
        return await this.tools.answers.abandon(keyed, tx);
      }
      return true;
    } catch (error) {
      // What comes next in that transaction would fail too, and hide why.
      if (tx !== undefined && !isRefusal(error)) throw error;
      // Resolved meanwhile, or the database is away: either way nothing more can be done for it here. Nobody waits
      // for the release after a client left, so throwing would end the process.
      if (!(error instanceof CreditsError)) logger.error(`a hold was not released: ${String(error)}`);
      // Charged only if that is certain.
      if (!isOfCaptured(error)) this.outcome = undefined;
      return !isGone(error);
    }
  }

  #settle(wallet: Balance | Receipt, charged: number, entryId: string | null): void {
    const { available, held, balance, version } = wallet;
    this.tools.keeper.drop(this.request.hold!.id);
    this.outcome = { charged, available, held, balance, version, entryId, holdId: this.request.hold!.id };
  }

  async #nothingCharged(): Promise<WorkOutcome> {
    const { available, held, balance, version } = await this.tools.credits.balance(this.request.userId);
    return { charged: 0, available, held, balance, version, entryId: null, holdId: null };
  }
}

/** A message may hold what the ledger refuses, and a refused reason must not keep the credits. */
function storable(reason: string): string | undefined {
  return reason.slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd') || undefined;
}

const works = new WeakMap<object, Work>();

export function attachWork(request: object, work: Work): void {
  works.set(request, work);
}

/** The work of a request to a gated endpoint; undefined before its guard has run, and anywhere else. */
export function workOf(request: object): Work | undefined {
  return works.get(request);
}

const GONE: readonly string[] = ['hold_already_resolved', 'hold_expired', 'not_found'];

/** The hold is certainly not this work's any more, and it was not captured. */
function isGone(error: unknown): boolean {
  return error instanceof CreditsError && GONE.includes(error.code) && !isOfCaptured(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof CreditsError && error.getStatus() < 500;
}

function isOfCaptured(error: unknown): boolean {
  return error instanceof HoldAlreadyResolvedError && error.facts['state'] === 'captured';
}
