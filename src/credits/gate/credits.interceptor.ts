import {
  HttpException,
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { Answers, isRecorded } from './answers.js';
import { problemOf } from './problem.js';
import { RecordedAnswer } from './recorded-answer.js';
import { creditHeaders, workOf, type Work } from './work.js';

/** Finishes the work when the handler succeeded, unless it did so itself; undoes the hold when anything failed. */
@Injectable()
export class CreditsInterceptor implements NestInterceptor {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly answers: Answers,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    const work = workOf(request);
    if (work === undefined) return next.handle();
    return defer(() => this.#carryOut(work, next, request, http.getResponse()));
  }

  async #carryOut(work: Work, next: CallHandler, request: object, response: unknown): Promise<unknown> {
    try {
      const result: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (work.finished === undefined) await work.finish(result);
    } catch (error) {
      await work.release(reasonOf(error));
      throw await this.#recorded(work, error, request);
    }
    for (const [name, value] of Object.entries(creditHeaders(work.outcome!))) {
      this.host.httpAdapter.setHeader(response, name, value);
    }
    return work.finished!.answer;
  }

  /** The failure as it will be repeated to a retry with the same key and input, or as it is. */
  async #recorded(work: Work, error: unknown, request: object): Promise<unknown> {
    const { keyed, input } = work;
    if (keyed === undefined || error instanceof RecordedAnswer) return error;
    const { status, headers, body } = problemOf(this.options, error, request);
    if (!isRecorded(status) || input === null) {
      await this.answers.abandon(keyed);
      return error;
    }
    const answer = { input, status, headers, body: JSON.stringify(body) };
    await this.answers.record(keyed, answer);
    return new RecordedAnswer(answer, false);
  }
}

/** Users see the reason of a release, so what a bug says is not in it. */
function reasonOf(error: unknown): string {
  return error instanceof HttpException ? error.message : 'the work failed';
}
