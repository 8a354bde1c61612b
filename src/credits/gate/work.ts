import { IdempotencyKeyReusedError } from '../credits.errors.js';
import type { Hold, Receipt } from '../credits.types.js';
import { HeldWork, type Taken, type WorkOutcome } from '../held-work.js';
import type { InTransaction } from '../in-transaction.js';
import type { Measured } from '../prices/price.js';
import { asUnavailable } from '../unavailable.js';
import { isRecorded, type Answer, type KeyedRequest } from './answers.js';
import { insist } from './insist.js';
import { KeyClaim } from './key-claim.js';
import { repetitionOf } from './recorded-answer.js';
import { canBeSent, withCredits } from './work-outcome.js';
import type { Finishing, GivenUp, WorkRequest, WorkTools } from './work-request.js';

/**
 * The work of one request to a gated endpoint: its hold, if it costs anything, and its answer, which is recorded under the
 * request's idempotency key. A handler that stores rows calls `finish` in the transaction of those rows, so that the
 * rows, the charge and the recorded answer are committed together or not at all. Otherwise the gate finishes the work.
 */
export class Work {
  /** undefined if the request is free. */
  readonly held: HeldWork | undefined;
  /** The answer, once the work is finished. */
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

  /** The member of the answer that tells the outcome; false: none. */
  get answerMember(): string | false {
    return this.request.answerMember;
  }

  /** False: it has begun before. */
  begin(): boolean {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    return isFirst;
  }

  /** True if nothing is left to do for the credits and the key of this request. */
  get isSettled(): boolean {
    return this.outcome !== undefined || this.finished !== undefined || this.#claim.isAbandoned;
  }

  /**
   * Tell the gate what a multipart body held, such as a file's name and hash: an idempotency key covers it, and the gate
   * cannot see it. Call this before any work.
   *
   * @throws RecordedAnswer, IdempotencyKeyReusedError as `finish` does
   */
  identify(input: unknown): void {
    this.#claim.identify(input);
  }

  /** Tell that the answer is about this user, who is not the one it goes to: their erasure then empties its record. */
  isAbout(userId: string): void {
    if (this.request.keyed !== undefined) this.request.keyed.subject = userId;
  }

  /** Report how much was used so far, in total; ignored if the request is free. See HeldWork.use. */
  use(used: number | Measured): void {
    this.held?.use(used);
  }

  /**
   * Raise the hold to what the work needs, once that is known; for a price by unit whose hold began with `atLeast`. The
   * whole hold is charged in the end. It does nothing at a price per call, and for a free request.
   *
   * @throws InsufficientCreditsError, PriceExceedsMaxError: store nothing and let it pass, so that nothing is charged
   * @throws InvalidMeasureError, HoldExpiredError, HoldAlreadyResolvedError, HoldTakenOverError
   */
  async raise(measured: Measured): Promise<void> {
    await this.held?.raise(measured, { maxCredits: this.request.maxCredits });
  }

  /** Name what the work is on, such as a file; see HeldWork.describe. */
  describe(name: string): void {
    this.held?.describe(name);
  }

  /** See HeldWork.capture. @throws TypeError if the request is free */
  capture(taken: Taken = {}, within: InTransaction = {}): Promise<Receipt> {
    return this.#paid('capture').capture(taken, within);
  }

  /** Leave the hold to a worker that continues after the answer; see HeldWork. @throws TypeError if the request is free */
  handOver(input: { ttlSeconds: number }, within: InTransaction = {}): Promise<string> {
    return this.#paid('hand over').handOver(input, within);
  }

  /**
   * End the work with success: capture the hold, and record the answer under the request's key. The answer is the result
   * with a member `credits`; a result that is not a plain object, or that of an Idempotent endpoint, stays as it is.
   *
   * @throws RecordedAnswer if another request with this key and input was first: let it pass, so that the rows of this
   *   one are rolled back, and the gate sends the first answer
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
    // Captured every time: only the ledger knows whether an earlier capture was rolled back.
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

  /** Record what the transaction could not, because it was on another server; once it has committed. Never rejects. */
  recordElsewhere(): Promise<void> {
    return this.#claim.recordElsewhere();
  }

  /** For the gate: a charge made here, before the answer is out, can still be taken back. */
  async finishForGate(result: unknown): Promise<void> {
    this.#isTakenByGate = this.keyed === undefined && this.outcome === undefined;
    await this.#finish(result, {});
  }

  /** The handler answered with an error status of its own: nothing is charged, and a retry gets the same answer. */
  async refuse(reason: string, status: number, result: unknown): Promise<void> {
    const answer = isRecorded(status) ? this.#claim.answerOf(result, status) : undefined;
    if (answer === undefined) return void (await this.release(reason));
    const { recorded } = await this.giveUp(reason, () => answer);
    if (recorded !== undefined) this.#claim.noteKept(answer);
  }

  /** What is sent after all, where it is not what is recorded under the key; see KeyClaim.amend. */
  amend(result: unknown, status: number): Promise<void> | undefined {
    return this.#claim.amend(result, status);
  }

  /**
   * Release the hold and record the refusal in one transaction: between the two, a retry would find the key free and do
   * the work again. A request that has lost its claim to the key, to an erasure or to time, is not recorded: nothing is
   * stored for a person who was erased.
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

  /** The whole answer is out, and says nothing of credits: capture, and record nothing. Never rejects. */
  async succeed(): Promise<void> {
    await insist(async () => {
      if (this.held !== undefined) await this.held.capture();
      else await this.release('answered');
    });
  }

  /** Charge what was used so far, for work that nobody waits for any more. Never rejects. */
  async takeUsed(reason: string): Promise<void> {
    if (this.held?.hasUsed === true) await this.succeed();
    else await this.release(reason);
  }

  /** The answer was not sent whole after all: refund what the gate charged for it. Never rejects. */
  async takeBack(): Promise<void> {
    const { entryId = null, charged = 0 } = this.outcome ?? {};
    if (this.held?.isHandedOver === true) return void (await this.release('the work was not handed over'));
    if (!this.#isTakenByGate || entryId === null || charged === 0) return;
    const reason = 'the answer was not sent whole';
    await insist(() => this.tools.credits.refund({ entryId, reason, actor: 'system' }));
  }

  /**
   * Release the hold and free the key; see HeldWork.release.
   *
   * @returns false if the request had lost its claim to the key, so that nothing may be recorded under it
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
