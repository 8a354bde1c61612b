import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { workOf } from './ending.js';
import type { Work } from './work.js';

function workIn(context: ExecutionContext): Work | undefined {
  return workOf(context.switchToHttp().getRequest<object>());
}

/** The Work of this request, free or paid, for example to finish it in the handler's own transaction. */
export const CurrentWork = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  workIn(context),
);

/** The Work of this request if it has a hold; undefined if it is free. */
export const CurrentHold = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const work = workIn(context);
  return work?.hold === undefined ? undefined : work;
});
