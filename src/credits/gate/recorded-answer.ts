import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IdempotencyKeyReusedError } from '../credits.errors.js';
import type { Answer, KeyedRequest } from './answers.js';

/** Ends a request with bytes that are decided already: recorded under its idempotency key, now or earlier. */
export class RecordedAnswer extends HttpException {
  constructor(
    readonly answer: Omit<Answer, 'route'>,
    readonly replayed: boolean,
    /** What was refused just now. */
    options?: { cause: unknown },
  ) {
    super(answer.body, answer.status, options);
  }
}

/**
 * How a request ends whose key has an answer: with that answer if this was its input, else refused. An answer that
 * was given before the input was read fits any.
 */
export function repetitionOf(
  answer: Answer,
  { route }: KeyedRequest,
  input: string | null,
): RecordedAnswer | IdempotencyKeyReusedError {
  const fits = answer.route === route && (answer.input === null || answer.input === input);
  return fits ? new RecordedAnswer(answer, true) : new IdempotencyKeyReusedError();
}

@Catch(RecordedAnswer)
export class RecordedAnswerFilter implements ExceptionFilter<RecordedAnswer> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ answer, replayed }: RecordedAnswer, host: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const response = host.switchToHttp().getResponse<unknown>();
    for (const [name, value] of Object.entries(answer.headers)) httpAdapter.setHeader(response, name, value);
    if (replayed) httpAdapter.setHeader(response, 'Idempotent-Replayed', 'true');
    httpAdapter.reply(response, answer.body, answer.status);
  }
}
