import { HttpException } from '@nestjs/common';
import type { CreditsOptions } from '../credits.options.js';

/** An error as its request will see it. */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** As the host renders it, if it says how; else as Nest would. */
export function problemOf({ problemOf: render }: CreditsOptions, error: unknown, request: object): Problem {
  if (render !== undefined) return render(error, request as never);
  const status = error instanceof HttpException ? error.getStatus() : 500;
  const body = error instanceof HttpException ? error.getResponse() : { statusCode: 500 };
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body };
}
