import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { workOf } from './held-work.js';

/** The HeldWork of this request, to capture in a transaction of the handler's own; undefined when it is free. */
export const CurrentHold = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  workOf(context.switchToHttp().getRequest<object>()),
);
