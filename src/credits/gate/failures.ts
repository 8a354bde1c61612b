import { HttpException, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IdempotencyKeyReusedError } from '../credits.errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { isRecorded } from './answers.js';
import { asHostSees } from './as-host-sees.js';
import { hintHeaders, asHostRenders } from './problem.js';
import { RecordedAnswer } from './recorded-answer.js';
import type { Ending } from './ending.js';

/** What becomes of a request whose handler failed before its answer: its hold, its key, and the error that is sent. */
@Injectable()
export class Failures {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  /** Gives the credits back; answers the failure as it will be repeated to a retry, or as it is. */
  async settle(ending: Ending, error: unknown, request: object, response: unknown): Promise<unknown> {
    const given = await this.#given(ending, error, request).catch((trouble: unknown) => trouble);
    if (ending.isHeadOut) return given;
    const failure = asHostSees(given, this.options, this.host.httpAdapter, response);
    hintHeaders(failure, this.host.httpAdapter, response);
    return failure;
  }

  async #given({ work, isHeadOut }: Ending, error: unknown, request: object): Promise<unknown> {
    const reason = this.reasonOf(error);
    // Under a key that is another request's, that one's answer is what is recorded.
    const isOfAnother = error instanceof IdempotencyKeyReusedError;
    const isDecided = error instanceof RecordedAnswer || isOfAnother || isHeadOut;
    if (
      work.keyed === undefined ||
      isDecided ||
      !isRecorded(asHostRenders(this.options, error, request).status)
    ) {
      await work.release(reason);
      return error;
    }
    const { recorded, repetition } = await work.giveUp(reason, () => {
      const { status, headers, body } = asHostRenders(this.options, error, request);
      return { status, headers, body: JSON.stringify(body) };
    });
    return (
      repetition ?? (recorded === undefined ? error : new RecordedAnswer(recorded, false, { cause: error }))
    );
  }

  /** Users see the reason of a release, so what a bug says is not in it. */
  reasonOf(error: unknown): string {
    if (error instanceof RecordedAnswer) return 'answered before';
    return error instanceof HttpException ? error.message : 'the work failed';
  }
}
