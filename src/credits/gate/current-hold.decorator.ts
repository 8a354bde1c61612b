import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { workOf } from './ending.js';
import type { Work } from './work.js';

function workIn(context: ExecutionContext): Work | undefined {
  return workOf(context.switchToHttp().getRequest<object>());
}

/** The work of this request, free or paid: to finish it in a transaction of the handler's own. */
export const CurrentWork = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  workIn(context),
);

/** The hold of this request; undefined when it is free. */
export const CurrentHold = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const work = workIn(context);
  return work?.hold === undefined ? undefined : work;
});
