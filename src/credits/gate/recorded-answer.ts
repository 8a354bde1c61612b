import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Answer } from './answers.js';

/** Ends a request with bytes that are decided already: recorded under its idempotency key, now or earlier. */
export class RecordedAnswer extends HttpException {
  constructor(
    readonly answer: Omit<Answer, 'route'>,
    readonly replayed: boolean,
  ) {
    super(answer.body, answer.status);
  }
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
