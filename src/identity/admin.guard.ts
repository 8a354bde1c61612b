import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { currentUser } from './user.js';

@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (currentUser(context.switchToHttp().getRequest<object>())?.isAdmin === true) return true;
    throw new ForbiddenException('This needs an administrator.');
  }
}
