import { Param, ParseUUIDPipe } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception.js';

/** An id in the path, in this API's form; the refusal names it. */
export function IdParam(name = 'id'): ParameterDecorator {
  const refuse = () =>
    new ProblemException('validation_failed', `The ${name} in the address is not a well-formed id.`, {
      errors: [{ path: name, message: 'must be a UUID' }],
    });
  return Param(name, new ParseUUIDPipe({ exceptionFactory: refuse }));
}
