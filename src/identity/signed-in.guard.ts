import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isPublic } from './identify.guard.js';
import { currentUser } from './user.js';

/** Closed by default: a route that is not @Public() is for those who are signed in. */
@Injectable()
export class SignedInGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (isPublic(this.reflector, context)) return true;
    if (currentUser(context.switchToHttp().getRequest<object>()) !== undefined) return true;
    throw new UnauthorizedException();
  }
}
