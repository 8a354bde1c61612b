import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { currentUser, type User } from './user.js';

/** The signed-in `User`. On a public route there is none, and a handler that asks for one is wrong. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): User => {
  const user = currentUser(context.switchToHttp().getRequest<object>());
  if (user === undefined) throw new TypeError('@CurrentUser() on a public route: nobody is signed in');
  return user;
});
