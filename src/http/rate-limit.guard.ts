import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { userOf } from '../identity/index.js';
import { HasNoRateLimit } from './no-rate-limit.decorator.js';
import { ProblemException } from './problem.exception.js';
import { RateLimit, callerOfAddress, callerOfUser } from './rate-limit.js';

/** A minute's requests of each user, or of each address where nobody is signed in. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly rateLimit: RateLimit,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride(HasNoRateLimit, targets) === true) return true;
    const http = context.switchToHttp();
    const limit = this.rateLimit.count(callerOf(http.getRequest<FastifyRequest>()));
    if (limit === undefined) return true;
    void http.getResponse<FastifyReply>().headers({
      'ratelimit-limit': limit.max,
      'ratelimit-remaining': limit.remaining,
      'ratelimit-reset': limit.resetsInSeconds,
    });
    if (!limit.isExceeded) return true;
    throw new ProblemException('rate_limited', `No more than ${limit.max} requests a minute.`, {
      retryAfterSeconds: limit.resetsInSeconds,
    });
  }
}

function callerOf(request: FastifyRequest): string {
  const userId = userOf(request);
  return userId === undefined ? callerOfAddress(request.ip) : callerOfUser(userId);
}
