import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Observable, type Subscriber } from 'rxjs';
import { endingOf, type Ending } from './ending.js';
import { endpointOf, type Endpoint } from './endpoint.js';
import { Failures } from './failures.js';
import { hasSource, isStream } from './is-stream.js';
import { withItsSourceWatched } from './streams.js';
import { canBeEvent, canBeSent, creditHeaders, isPlainObject } from './work-outcome.js';
import type { Work } from './work.js';

interface Carried {
  ending: Ending;
  endpoint: Endpoint;
  request: object;
  response: { statusCode: number };
  subscriber: Subscriber<unknown>;
}

/**
 * Finishes the work before the answer where that is one result of the handler's, so that the answer can say what was
 * charged; leaves it to the answer's end where the handler streams or answers by hand; undoes the hold when anything failed.
 */
@Injectable()
export class CreditsInterceptor implements NestInterceptor {
  readonly #logger = new Logger('Credits');
  readonly #collisions = new Set<string>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly failures: Failures,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    const ending = endingOf(request);
    // Where a class and its method are decorated, the outer one of the two does it.
    if (ending === undefined || !ending.work.begin()) return next.handle();
    const endpoint = endpointOf(context);
    const response = http.getResponse<{ statusCode: number }>();
    return new Observable((subscriber) => {
      const carried = { ending, endpoint, request, response, subscriber };
      let result: unknown;
      const take = (value: unknown) => {
        if (endpoint.kind !== 'sse') result = value;
        // Found out by Nest it would be an event like any other, at the end of a stream that looks whole.
        else if (canBeEvent(value)) subscriber.next(value);
        else void this.#fail(carried, new TypeError('an event of the stream cannot become JSON'));
      };
      const subscription = next.handle().subscribe({
        next: take,
        error: (error) => void this.#fail(carried, error),
        complete: () => void this.#complete(carried, result),
      });
      return () => {
        if (!ending.isDraining) subscription.unsubscribe();
      };
    });
  }

  async #complete(carried: Carried, result: unknown): Promise<void> {
    const { ending, endpoint, subscriber } = carried;
    try {
      if (endpoint.kind === 'sse') await this.#endEvents(carried);
      else subscriber.next(endpoint.kind === 'byHand' ? result : await this.#answerOf(carried, result));
      subscriber.complete();
    } catch (error) {
      await this.#fail(carried, error);
    }
    if (!hasSource(result)) ending.sourceEnded();
  }

  async #fail({ ending, endpoint, request, response, subscriber }: Carried, error: unknown): Promise<void> {
    // What a handler throws after its whole answer changes nothing about that.
    if (ending.isEnded) return subscriber.error(error);
    if (endpoint.kind !== 'sse') {
      const failure = await this.failures.settle(ending, error, request, response);
      ending.markFailed();
      return subscriber.error(failure);
    }
    // Not waited for: a moment later the head of the stream would be out, and no status could say what went wrong.
    ending.sourceFailed(this.failures.reasonOf(error));
    subscriber.error(error);
  }

  async #endEvents({ ending, endpoint, subscriber }: Carried): Promise<void> {
    if (endpoint.creditsEvent !== true || ending.hasClientLeft) return;
    const { work } = ending;
    await this.#finish(work, undefined);
    if (work.outcome !== undefined) subscriber.next({ type: 'credits', data: work.outcome });
  }

  /** What is answered: the result, with what was charged where that is known before. */
  async #answerOf({ ending, endpoint, response }: Carried, result: unknown): Promise<unknown> {
    const { work } = ending;
    if (isStream(result)) return withItsSourceWatched(result, ending);
    // Sent by hand after all, or nobody is there any more: its end decides, or has decided.
    if (work.finished === undefined && (ending.isHeadOut || ending.isDraining || !canBeSent(result)))
      return result;
    if (response.statusCode >= 400 && work.finished === undefined) {
      await work.refuse('the work failed', response.statusCode, result);
      return result;
    }
    if (work.finished === undefined) await this.#finish(work, result);
    else await work.recordElsewhere();
    const { answer, credits } = work.finished!;
    this.#noteCollision(endpoint, work, answer);
    for (const [name, value] of Object.entries(creditHeaders(credits))) {
      this.host.httpAdapter.setHeader(response, name, value);
    }
    return answer;
  }

  /** The end of the answer waits for it, should that come first. */
  async #finish(work: Work, result: unknown): Promise<void> {
    work.finishing = work.finishForGate(result);
    await work.finishing;
    work.finishing = undefined;
  }

  /** The host's data stays, and our word is missing in that answer: said once for each endpoint. */
  #noteCollision({ name }: Endpoint, { answerMember, outcome }: Work, answer: unknown): void {
    if (answerMember === false || outcome === undefined || !isPlainObject(answer)) return;
    if (answer[answerMember] === outcome || this.#collisions.has(name)) return;
    this.#collisions.add(name);
    this.#logger.error(
      `${name} answers with a member "${answerMember}" of its own. It stays, so what was charged stands in the headers alone: name another answerMember, or false.`,
    );
  }
}
