import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import {
  IdempotencyInProgressError,
  IdempotencyKeySpentError,
  InsufficientCreditsError,
} from '../credits.errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import type { Hold, HoldInput, Quote } from '../credits.types.js';
import { fingerprint } from '../fingerprint.js';
import { Groups } from '../groups.js';
import { Answers, type Answer, type KeyedRequest } from './answers.js';
import type { GatedRequest } from './headers.js';
import { asHostRenders } from './problem.js';
import { RecordedAnswer, repetitionOf } from './recorded-answer.js';
import type { Paying } from './user-of.js';
import { Work } from './work.js';

export type Charge = Pick<HoldInput, 'action' | 'units' | 'atMost' | 'atLeast'>;
/** With its quote: what is quoted is what is held. */
export type QuotedCharge = Charge & { quote: Quote };

/** What the responses of Express and the replies of Fastify have in common. */
interface AnyReply {
  statusCode: number;
  getHeader(name: string): string | undefined;
}

interface Applicant {
  context: ExecutionContext;
  request: GatedRequest;
  adapterType: string | undefined;
  paying: Paying;
  key: string | undefined;
  maxCredits: number | undefined;
  /** Somebody else whom the answer is about. */
  subject: string | undefined;
  tellsCredits: boolean;
  /** Asked only when the request is not answered already. */
  charge: () => Promise<QuotedCharge | null>;
}

/**
 * Lets a request in: under its hold, if it costs anything, and once per idempotency key. The hold itself claims
 * the key, so the key of a request that crashed is free again with its hold; a free request leaves a claim row.
 */
@Injectable()
export class Admission {
  readonly #claiming = new Set<string>();

  constructor(
    private readonly credits: CreditsService,
    private readonly answers: Answers,
    private readonly groups: Groups,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  /**
   * @throws RecordedAnswer, IdempotencyKeyReusedError, PriceExceedsMaxError, IdempotencyInProgressError,
   *   IdempotencyKeySpentError, InsufficientCreditsError
   */
  async admit(applicant: Applicant): Promise<Work> {
    const { context, request, adapterType, paying, key, maxCredits, subject, tellsCredits, charge } =
      applicant;
    const { userId } = paying;
    const keyed = key === undefined ? undefined : { userId, key, route: routeOf(request), subject };
    const input = keyed === undefined || isMultipart(request) ? null : fingerprint(request.body ?? null);
    let recorded = keyed && (await this.#recorded(keyed, input));
    let hold: Hold | undefined;
    let units = 1;
    if (recorded === undefined) {
      const cost = await charge();
      if (cost !== null) {
        units = cost.quote.units;
        const take = () => this.#hold(paying, cost, keyed, input, request);
        hold = keyed === undefined ? await take() : await this.#alone(keyed, take);
      }
      recorded = keyed && (await this.#overtaken(keyed, input, hold));
      if (recorded !== undefined) hold = undefined;
    }
    const response = context.switchToHttp().getResponse<AnyReply>();
    const { answerMember = 'credits' } = this.options;
    const tools = {
      credits: this.credits,
      answers: this.answers,
      database: this.groups.of(userId).connection.host,
    };
    return new Work(tools, {
      userId,
      hold,
      units,
      keyed,
      recorded,
      input,
      answerMember,
      maxCredits,
      tellsCredits,
      adapterType,
      statusOfAnswer: () => response.statusCode,
      typeOfAnswer: () => response.getHeader('content-type'),
    });
  }

  /** The answer this key has, to be compared with the input once that is known; ends the request if it is. */
  async #recorded(keyed: KeyedRequest, input: string | null): Promise<Answer | undefined> {
    const answer = await this.answers.find(keyed);
    if (answer === undefined) return undefined;
    if (answer.route === keyed.route && answer.input !== null && input === null) return answer;
    throw repetitionOf(answer, keyed, input);
  }

  /**
   * Since the look-up another request with this key may have ended: its answer, as above. Or it still runs, or its
   * answer is gone. undefined: the key is this request's.
   */
  async #overtaken(keyed: KeyedRequest, input: string | null, hold?: Hold): Promise<Answer | undefined> {
    if (hold === undefined && (await this.answers.claim(keyed))) return undefined;
    const mine = hold?.replayed === false;
    try {
      const answer = await this.#recorded(keyed, input);
      if (mine && answer !== undefined) await this.#giveBack(hold);
      if (mine || answer !== undefined) return answer;
    } catch (error) {
      if (mine) await this.#giveBack(hold);
      throw error;
    }
    throw hold?.state === 'captured' ? new IdempotencyKeySpentError() : new IdempotencyInProgressError(1);
  }

  async #giveBack({ id: holdId }: Hold): Promise<void> {
    // Where that fails the hold expires by itself; what the request is told is decided already.
    await this.credits.release({ holdId, reason: 'answered before' }).catch(() => undefined);
  }

  /**
   * Refuses a second request with this key at once; the ledger would serialise them and block the wallet meanwhile.
   */
  async #alone(keyed: KeyedRequest, take: () => Promise<Hold>): Promise<Hold> {
    const claim = `${keyed.key}\n${keyed.userId}`;
    if (this.#claiming.has(claim)) throw new IdempotencyInProgressError(1);
    this.#claiming.add(claim);
    try {
      return await take();
    } finally {
      this.#claiming.delete(claim);
    }
  }

  async #hold(
    { userId, actor }: Paying,
    charge: QuotedCharge,
    keyed: KeyedRequest | undefined,
    input: string | null,
    request: GatedRequest,
  ): Promise<Hold> {
    // Apart from the keys that calls of the service use for this user, and within what the ledger takes.
    const idempotencyKey = keyed && `http:${keyed.key.length > 250 ? fingerprint(keyed.key) : keyed.key}`;
    try {
      return await this.credits.hold({ userId, actor, ...charge, idempotencyKey });
    } catch (error) {
      if (keyed === undefined || !(error instanceof InsufficientCreditsError)) throw error;
      // A refusal for want of credits is an answer too, and stays one for this key.
      const { status, headers, body } = asHostRenders(this.options, error, request);
      const answer = { input, status, headers, body: JSON.stringify(body) };
      const first = await this.answers.record(keyed, answer);
      if (first !== undefined) throw repetitionOf(first, keyed, input);
      throw new RecordedAnswer(answer, false, { cause: error });
    }
  }
}

/** The media type is part of it, so what was read as JSON is never taken for a file, nor a file for JSON. */
function routeOf(request: GatedRequest): string {
  return `${request.method} ${request.originalUrl}${isMultipart(request) ? ' (multipart)' : ''}`;
}

function isMultipart({ headers }: GatedRequest): boolean {
  return String(headers['content-type'] ?? '')
    .toLowerCase()
    .startsWith('multipart/');
}
