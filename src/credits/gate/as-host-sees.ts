import { HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import {
  CreditsError,
  InsufficientCreditsError,
  PROBLEMS,
  type Facts,
  type ProblemCode,
  type Shortage,
} from '../credits.errors.js';
import type { CreditsOptions } from '../credits.options.js';
import type { Answer } from './answers.js';
import { PROBLEM_TYPE } from './problem.js';
import { RecordedAnswer } from './recorded-answer.js';

/**
 * What is thrown for a refusal that is recorded under a key. Where the host does not render errors itself
 * (`problemOf`), that is the refusal, and each time it is repeated its like: the host's filters see it whether the client
 * sent a key or not, so it has one shape.
 */
export function asHostSees(
  error: unknown,
  { problemOf }: CreditsOptions,
  adapter: AbstractHttpAdapter,
  response: unknown,
): unknown {
  if (!(error instanceof RecordedAnswer) || problemOf !== undefined) return error;
  if (error.answer.headers['content-type'] !== PROBLEM_TYPE) return error;
  if (error.replayed) adapter.setHeader(response, 'Idempotent-Replayed', 'true');
  return error.cause ?? refusalIn(error.answer);
}

function refusalIn({ status, body }: Pick<Answer, 'status' | 'body'>): HttpException {
  const said = JSON.parse(body) as Record<string, unknown>;
  const { type: _type, title: _title, status: _status, detail, code, ...facts } = said;
  if (typeof code !== 'string' || !Object.hasOwn(PROBLEMS, code)) return new HttpException(said, status);
  return code === 'insufficient_credits'
    ? shortageOf(facts, String(detail))
    : new CreditsError(code as ProblemCode, String(detail), facts);
}

function shortageOf(facts: Facts, detail: string): InsufficientCreditsError {
  const { shortfall: _shortfall, ...rest } = facts;
  const shortage = rest as unknown as Shortage;
  const { message } = new InsufficientCreditsError(shortage);
  return new InsufficientCreditsError(shortage, detail.slice(message.length));
}
