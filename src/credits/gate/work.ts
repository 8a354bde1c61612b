import { IdempotencyKeyReusedError } from '../credits.errors.js';
import type { Hold, Receipt } from '../credits.types.js';
import { HeldWork, type Taken, type WorkOutcome } from '../held-work.js';
import type { InTransaction } from '../in-transaction.js';
import type { Measured } from '../prices/price.js';
import { asUnavailable } from '../unavailable.js';
import { isRecorded, type Answer, type KeyedRequest } from './answers.js';
import { insist } from './insist.js';
import { JSON_TYPE, KeyClaim } from './key-claim.js';
import { repetitionOf } from './recorded-answer.js';
import { canBeSent, isJson, withCredits } from './work-outcome.js';
import type { Finishing, GivenUp, WorkRequest, WorkTools } from './work-request.js';

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
  readonly #claim: KeyClaim;
  #nothing: WorkOutcome | undefined;
  #isTakenByGate = false;
  #hasBegun = false;

  constructor(
    private readonly tools: WorkTools,
    private readonly request: WorkRequest,
  ) {
    this.#claim = new KeyClaim(tools, request);
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
    return this.#claim.input;
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
    return this.outcome !== undefined || this.finished !== undefined || this.#claim.isAbandoned;
  }

  /**
   * Tell what came in as multipart, which the gate cannot see: a file's name and hash. Call it before any work.
   *
   * @throws RecordedAnswer, IdempotencyKeyReusedError as `finish` does
   */
  identify(input: unknown): void {
    this.#claim.identify(input);
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
    await this.#claim.record(answer, outcome, tx);
    this.finished = { answer, credits: outcome };
    return answer as Record<string, unknown>;
  }

  /** What a transaction on another server could not record, now that it has committed; never rejects. */
  recordElsewhere(): Promise<void> {
    return this.#claim.recordElsewhere();
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
    const { keyed, input } = this;
    if (keyed === undefined || input === null) {
      await this.release(reason);
      return {};
    }
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
    await insist(async () => {
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
    await insist(() => this.tools.credits.refund({ entryId, reason, actor: 'system' }));
  }

  /**
   * Give the credits and the key back; see HeldWork.
   * False: the request had no claim to its key any more, so nothing may be recorded under it.
   */
  release(reason: string, { tx }: InTransaction = {}): Promise<boolean> {
    if (this.held !== undefined) return this.held.release(reason, { tx });
    return this.#claim.abandon(tx);
  }

  async #finishAlone(result: unknown, taken: Taken): Promise<Record<string, unknown>> {
    try {
      return await this.tools.database.transaction((tx) => this.#finish(result, { ...taken, tx }));
    } catch (error) {
      this.finished = undefined;
      throw asUnavailable(error);
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
