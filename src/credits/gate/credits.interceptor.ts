import {
  HttpException,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { LedgerConnection } from '../ledger-connection.js';
import { asUnavailable } from '../unavailable.js';
import { Answers, isRecorded, type KeyedRequest } from './answers.js';
import { hintRetryAfter, problemOf } from './problem.js';
import { RecordedAnswer, repetitionOf } from './recorded-answer.js';
import { creditHeaders } from './work-outcome.js';
import { workOf, type Work } from './work.js';

/** Finishes the work when the handler succeeded, unless it did so itself; undoes the hold when anything failed. */
@Injectable()
export class CreditsInterceptor implements NestInterceptor {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly answers: Answers,
    private readonly connection: LedgerConnection,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    const work = workOf(request);
    if (work === undefined) return next.handle();
    return of(await this.#carryOut(work, next, request, http.getResponse()));
  }

  async #carryOut(work: Work, next: CallHandler, request: object, response: unknown): Promise<unknown> {
    try {
      const result: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (work.finished === undefined) await work.finish(result);
    } catch (error) {
      const failure = await this.#failure(work, error, request);
      hintRetryAfter(failure, this.host.httpAdapter, response);
      throw failure;
    }
    const { answer, credits } = work.finished!;
    for (const [name, value] of Object.entries(creditHeaders(credits))) {
      this.host.httpAdapter.setHeader(response, name, value);
    }
    return answer;
  }

  /** The failure as it will be repeated to a retry with the same key and input, or as it is. */
  async #failure(work: Work, error: unknown, request: object): Promise<unknown> {
    const { keyed, input } = work;
    const repeatable = !(error instanceof RecordedAnswer) && input !== null;
    if (keyed !== undefined && repeatable && isRecorded(problemOf(this.options, error, request).status)) {
      return this.#recorded(work, keyed, error, request);
    }
    await work.release(reasonOf(error));
    return error;
  }

  /**
   * Recorded with the release: between the two a retry would find the key free and do the work again. What has lost
   * its claim, to an erasure or to time, is not recorded: nothing is stored for somebody who is gone.
   */
  async #recorded(work: Work, keyed: KeyedRequest, error: unknown, request: object): Promise<unknown> {
    try {
      return await this.connection.host.transaction(async (tx) => {
        if (!(await work.release(reasonOf(error), { tx }))) return error;
        const { status, headers, body } = problemOf(this.options, error, request);
        const answer = { input: work.input, status, headers, body: JSON.stringify(body) };
        const first = await this.answers.record(keyed, answer, tx);
        return first === undefined
          ? new RecordedAnswer(answer, false)
          : repetitionOf(first, keyed, work.input);
      });
    } catch (trouble) {
      await work.release(reasonOf(error));
      return asUnavailable(trouble);
    }
  }
}

/** Users see the reason of a release, so what a bug says is not in it. */
function reasonOf(error: unknown): string {
  if (error instanceof RecordedAnswer) return 'answered before';
  return error instanceof HttpException ? error.message : 'the work failed';
}
