import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Environment } from '../config/environment.js';
import { userOf } from '../identity/index.js';
import { HasNoRateLimit } from './no-rate-limit.decorator.js';
import { ProblemException } from './problem.exception.js';

const WINDOW_MS = 60_000;
/** Of more callers than this the least recently seen start afresh. */
const MOST_CALLERS = 50_000;

/** The counters; RateLimitGuard asks them once it is known who calls. */
export async function addRateLimiter(instance: FastifyInstance, perMinute: number): Promise<void> {
  await instance.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: WINDOW_MS,
    cache: MOST_CALLERS,
    keyGenerator: callerOf,
  });
}

/** An address cannot look like a user, nor a user like an address. */
function callerOf(request: FastifyRequest): string {
  const userId = userOf(request);
  return userId === undefined ? `address ${normalizeIP(request.ip)}` : `user ${userId}`;
}

/** A minute's requests of each user, or of each address where nobody is signed in. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  #count: ReturnType<FastifyInstance['createRateLimit']> | undefined;

  constructor(
    private readonly reflector: Reflector,
    private readonly environment: Environment,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.environment.rateLimitPerMinute === 0) return true;
    if (this.reflector.getAllAndOverride(HasNoRateLimit, targets) === true) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    this.#count ??= request.server.createRateLimit();
    const limit = await this.#count(request);
    if (limit.isAllowed) return true;
    http.getResponse<FastifyReply>().headers({
      'ratelimit-limit': limit.max,
      'ratelimit-remaining': limit.remaining,
      'ratelimit-reset': limit.ttlInSeconds,
    });
    if (!limit.isExceeded) return true;
    throw new ProblemException('rate_limited', `No more than ${limit.max} requests a minute.`, {
      retryAfterSeconds: limit.ttlInSeconds,
    });
  }
}
