import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { userOf } from '../identity/index.js';
import { HasNoRateLimit } from '../routes/no-rate-limit.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { sendProblem } from './problem.filter.js';
import { RateLimit, callerOfAddress, callerOfUser } from './rate-limit.js';

/** Limits the requests a minute of each user, or of each address if nobody is signed in. */
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
    const refusal = count(
      this.rateLimit,
      http.getRequest<FastifyRequest>(),
      http.getResponse<FastifyReply>(),
    );
    if (refusal !== undefined) throw refusal;
    return true;
  }
}

/** Addresses that controllers answer, so that the guard counts their requests. */
const GUARDED = /^\/(api|health|metrics)(\/|$)/;

/** The same for what no guard sees: the page's files, the documentation, unknown addresses. */
export function limitTheUnguarded(instance: FastifyInstance, rateLimit: RateLimit): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    const isGuarded = url !== undefined && GUARDED.test(url);
    const refusal = isGuarded ? undefined : count(rateLimit, request, reply);
    if (refusal === undefined) done();
    else sendProblem(refusal, request, reply);
  });
}

/** The refusal, if it is one too many. */
function count(
  rateLimit: RateLimit,
  request: FastifyRequest,
  reply: FastifyReply,
): ProblemException | undefined {
  const limit = rateLimit.count(callerOf(request));
  if (limit === undefined) return undefined;
  void reply.headers({
    'ratelimit-limit': limit.max,
    'ratelimit-remaining': limit.remaining,
    'ratelimit-reset': limit.resetsInSeconds,
  });
  if (!limit.isExceeded) return undefined;
  return new ProblemException('rate_limited', `No more than ${limit.max} requests a minute.`, {
    retryAfterSeconds: limit.resetsInSeconds,
  });
}

function callerOf(request: FastifyRequest): string {
  const userId = userOf(request);
  return userId === undefined ? callerOfAddress(request.ip) : callerOfUser(userId);
}
