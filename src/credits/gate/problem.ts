import { HttpException } from '@nestjs/common';
import type { CreditsOptions, Problem } from '../credits.options.js';

/** As the host renders it, if it says how; else as Nest would. */
export function problemOf({ problemOf: render }: CreditsOptions, error: unknown, request: object): Problem {
  if (render !== undefined) return render(error, request as never);
  const status = error instanceof HttpException ? error.getStatus() : 500;
  const body = error instanceof HttpException ? error.getResponse() : { statusCode: 500 };
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body };
}
