import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import {
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IdempotencyKeySpentError,
  InsufficientCreditsError,
} from '../credits.errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import type { Hold } from '../credits.types.js';
import { HoldKeeper } from '../upkeep/hold-keeper.js';
import { Answers, fingerprint, type Answer, type KeyedRequest } from './answers.js';
import type { GatedRequest } from './headers.js';
import { problemOf } from './problem.js';
import { RecordedAnswer } from './recorded-answer.js';
import { Work } from './work.js';

export interface Charge {
  action: string;
  units: number;
}

interface Applicant {
  context: ExecutionContext;
  request: GatedRequest;
  userId: string;
  key: string | undefined;
  /** Asked only when the request is not answered already. */
  charge: () => Promise<Charge | null>;
}

/**
 * Lets a request in: under its hold, if it costs anything, and once per idempotency key. The hold itself claims
 * the key, so the key of a request that crashed is free again with its hold; a free request leaves a claim row.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly credits: CreditsService,
    private readonly keeper: HoldKeeper,
    private readonly answers: Answers,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  /**
   * @throws RecordedAnswer, IdempotencyKeyReusedError, PriceExceedsMaxError, IdempotencyInProgressError,
   *   IdempotencyKeySpentError, InsufficientCreditsError
   */
  async admit({ context, request, userId, key, charge }: Applicant): Promise<Work> {
    const route = `${context.getClass().name}.${context.getHandler().name}`;
    const keyed = key === undefined ? undefined : { userId, key, route };
    const input = isMultipart(request) ? null : fingerprint(request.body ?? null);
    let recorded = keyed && (await this.#recorded(keyed, input));
    let hold: Hold | undefined;
    if (recorded === undefined) {
      const cost = await charge();
      if (cost !== null) hold = await this.#hold(userId, cost, keyed, input, request);
      else if (keyed !== undefined && !(await this.answers.claim(keyed)))
        recorded = await this.#late(keyed, input);
      // The first request with this key ended between the look-up and the hold.
      if (hold?.replayed) [hold, recorded] = [undefined, await this.#late(keyed!, input, hold)];
    }
    const tools = {
      credits: this.credits,
      keeper: this.keeper,
      answers: this.answers,
      dataSource: this.options.dataSource,
    };
    return new Work(tools, {
      userId,
      hold,
      keyed,
      recorded,
      input,
      successStatus: successStatusOf(context, request),
    });
  }

  /** The answer this key has, to be compared with the input once that is known; ends the request if it is. */
  async #recorded(keyed: KeyedRequest, input: string | null): Promise<Answer | undefined> {
    const answer = await this.answers.find(keyed);
    if (answer === undefined) return undefined;
    if (answer.route !== keyed.route) throw new IdempotencyKeyReusedError();
    if (answer.input === null) throw new RecordedAnswer(answer, true);
    if (input === null) return answer;
    throw answer.input === input ? new RecordedAnswer(answer, true) : new IdempotencyKeyReusedError();
  }

  /** Somebody has the key: its answer, or that there is none yet, or no more. */
  async #late(keyed: KeyedRequest, input: string | null, hold?: Hold): Promise<Answer> {
    const answer = await this.#recorded(keyed, input);
    if (answer !== undefined) return answer;
    throw hold?.state === 'captured' ? new IdempotencyKeySpentError() : new IdempotencyInProgressError(1);
  }

  async #hold(
    userId: string,
    charge: Charge,
    keyed: KeyedRequest | undefined,
    input: string | null,
    request: GatedRequest,
  ): Promise<Hold> {
    // Apart from the keys that calls of the service use for this user, and within what the ledger takes.
    const idempotencyKey = keyed && `http:${keyed.key.length > 250 ? fingerprint(keyed.key) : keyed.key}`;
    try {
      return await this.credits.hold({ userId, ...charge, idempotencyKey });
    } catch (error) {
      if (keyed === undefined || !(error instanceof InsufficientCreditsError)) throw error;
      // A refusal for want of credits is an answer too, and stays one for this key.
      const { status, headers, body } = problemOf(this.options, error, request);
      const answer = { input, status, headers, body: JSON.stringify(body) };
      await this.answers.record(keyed, answer);
      throw new RecordedAnswer(answer, false);
    }
  }
}

function isMultipart({ headers }: GatedRequest): boolean {
  return String(headers['content-type'] ?? '')
    .toLowerCase()
    .startsWith('multipart/');
}

/** As Nest does it: `@HttpCode`, else 201 for POST and 200 for the rest. */
function successStatusOf(context: ExecutionContext, { method }: GatedRequest): number {
  const declared = Reflect.getMetadata('__httpCode__', context.getHandler()) as number | undefined;
  return declared ?? (method === 'POST' ? 201 : 200);
}
