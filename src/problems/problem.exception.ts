import { HttpException } from '@nestjs/common';
import type { Facts } from '../credits/index.js';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';

/**
 * A refusal with a code of our own. The detail is one sentence for the client; the facts become members of the
 * answer, the cause goes to the log.
 */
export class ProblemException extends HttpException {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly facts: Facts = {},
    cause?: unknown,
  ) {
    super(detail, PROBLEMS[code][0], { cause });
    this.message = detail;
    this.name = new.target.name;
  }
}
