import { HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { CreditsError } from '../credits.errors.js';
import type { CreditsOptions, Problem } from '../credits.options.js';

/** Of what is recorded it tells a refusal from a result. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** As the host renders it, if it says how; else as Nest would. */
export function asHostRenders(
  { problemOf: render }: CreditsOptions,
  error: unknown,
  request: object,
): Problem {
  if (render !== undefined) return render(error, request);
  const status = error instanceof HttpException ? error.getStatus() : 500;
  const said = error instanceof HttpException ? error.getResponse() : undefined;
  const body = typeof said === 'object' ? said : { statusCode: status, message: said };
  return { status, headers: { 'content-type': PROBLEM_TYPE }, body };
}

/** When to come back, and how to sign in: a host that renders errors as Nest does would not say it in a header. */
export function hintHeaders(error: unknown, adapter: AbstractHttpAdapter, response: unknown): void {
  if (!(error instanceof CreditsError)) return;
  const seconds = error.facts['retryAfterSeconds'];
  if (typeof seconds === 'number') adapter.setHeader(response, 'Retry-After', String(seconds));
  if (error.code === 'unauthenticated') adapter.setHeader(response, 'WWW-Authenticate', 'Bearer');
}
