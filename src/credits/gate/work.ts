import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CreditsError, HoldAlreadyResolvedError, IdempotencyKeyReusedError } from '../credits.errors.js';
import type { CreditsService, InTransaction } from '../credits.service.js';
import type { Balance, Hold, Receipt } from '../credits.types.js';
import type { HoldKeeper } from '../upkeep/hold-keeper.js';
import { fingerprint, type Answer, type Answers, type KeyedRequest } from './answers.js';
import { RecordedAnswer } from './recorded-answer.js';

const logger = new Logger('Credits');

/** What became of a request's credits, for its answer: charged on success, nothing on failure. */
export type WorkOutcome = Pick<Balance, 'available' | 'held' | 'balance' | 'version'> & {
  charged: number;
  entryId: string | null;
  holdId: string | null;
};

export interface WorkTools {
  credits: CreditsService;
  keeper: HoldKeeper;
  answers: Answers;
  dataSource: DataSource;
}

export interface WorkRequest {
  userId: string;
  hold?: Hold;
  keyed?: KeyedRequest;
  /** The answer the key has already; whether it fits is known when the input is. */
  recorded?: Answer;
  /** Fingerprint of the input; null until the handler has read it. */
  input: string | null;
  successStatus: number;
}

/**
 * One request to a gated endpoint. Its hold, if it costs anything, is kept alive until it is resolved. A handler
 * that stores rows calls `finish` in the transaction of those rows, so the rows, the charge and the answer recorded
 * under the request's idempotency key come to be together or not at all; for any other the gate does it.
 */
export class Work {
  /** Set once the credits are captured or released. */
  outcome: WorkOutcome | undefined;
  /** The answer, once finished. */
  finished: { answer: unknown } | undefined;
  #input: string | null;
  #receipt: Receipt | undefined;
  #releasing: Promise<void> | undefined;

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
   * Tell what came in, where the gate could not see it: a file's name and hash. Call it before any work.
   *
   * @throws RecordedAnswer the first answer to this key and input: let it pass, the gate sends it
   * @throws IdempotencyKeyReusedError
   */
  identify(input: unknown): void {
    this.#input = fingerprint(input);
    const { recorded } = this.request;
    if (recorded === undefined) return;
    if (recorded.input !== this.#input) throw new IdempotencyKeyReusedError();
    throw new RecordedAnswer(recorded, true);
  }

  /**
   * Take the credits, or part of them; with `tx` they are taken when the caller's transaction commits, and may be
   * taken again after a rollback.
   */
  async capture({ credits }: { credits?: number } = {}, { tx }: InTransaction = {}): Promise<Receipt> {
    const holdId = this.request.hold!.id;
    // Also when the release could not be written: what was given up is not charged later.
    if (this.#releasing !== undefined) throw new HoldAlreadyResolvedError({ holdId, state: 'released' });
    const receipt = await this.tools.credits.capture({ holdId, credits }, { tx }).catch((error: unknown) => {
      // By this work before, or by the handler through the service: that is the receipt.
      const captured = error instanceof HoldAlreadyResolvedError && error.facts['state'] === 'captured';
      if (captured) return this.#receipt ?? this.tools.credits.receiptOf(holdId);
      throw error;
    });
    this.#receipt = receipt;
    this.#settle(receipt, receipt.charged, receipt.entryId);
    return receipt;
  }

  /**
   * Succeed: capture, and record the answer under the request's key. The answer is the result with a member
   * `credits`; anything but a plain object stays as it is.
   */
  async finish(
    result: unknown,
    { tx, credits }: InTransaction & { credits?: number } = {},
  ): Promise<Record<string, unknown>> {
    const { keyed, hold } = this.request;
    if (tx === undefined && keyed !== undefined) {
      return this.tools.dataSource.transaction((own) => this.finish(result, { tx: own, credits }));
    }
    // Only the ledger knows whether an earlier capture was rolled back; what was given up cannot succeed.
    if (hold !== undefined) await this.capture({ credits }, { tx });
    this.outcome ??= await this.#nothingCharged();
    const answer = isPlainObject(result) ? { ...result, credits: this.outcome } : result;
    if (keyed !== undefined && isJson(answer)) {
      await this.tools.answers.record(keyed, this.#toRecord(answer), tx);
    }
    this.finished = { answer };
    return answer as Record<string, unknown>;
  }

  /**
   * Give the credits back, once; resolves also when they could not be given back now, for the hold then expires
   * by itself. A hold that was captured stays captured. The work cannot succeed after it: a success that is to
   * cost nothing captures 0 credits.
   */
  release(reason: string): Promise<void> {
    this.#releasing ??= this.#release(reason);
    return this.#releasing;
  }

  async #release(reason: string): Promise<void> {
    const { hold } = this.request;
    if (hold === undefined) return;
    this.tools.keeper.drop(hold.id);
    try {
      this.#settle(await this.tools.credits.release({ holdId: hold.id, reason: storable(reason) }), 0, null);
    } catch (error) {
      // Resolved meanwhile, or the database is away: either way nothing more can be done for it here. Nobody waits
      // for the release after a client left, so throwing would end the process.
      if (!(error instanceof CreditsError)) logger.error(`a hold was not released: ${String(error)}`);
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

  #toRecord(answer: unknown): Omit<Answer, 'route'> {
    const headers = { ...creditHeaders(this.outcome!), 'content-type': 'application/json; charset=utf-8' };
    return { input: this.#input, status: this.request.successStatus, headers, body: JSON.stringify(answer) };
  }
}

export function creditHeaders({ charged, available }: WorkOutcome): Record<string, string> {
  return { 'x-credits-charged': String(charged), 'x-credits-remaining': String(available) };
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

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What the framework would send as JSON, and can therefore be repeated byte for byte. */
function isJson(value: unknown): boolean {
  return isPlainObject(value) || Array.isArray(value);
}
