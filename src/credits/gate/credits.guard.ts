import {
  Inject,
  Injectable,
  MethodNotAllowedException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { PriceExceedsMaxError } from '../credits.errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import { Admission, type Charge } from './admission.js';
import { CreditsCost, NO_COST, type Cost } from './cost.js';
import { idempotencyKeyOf, maxCreditsOf, type GatedRequest } from './headers.js';
import { hintRetryAfter } from './problem.js';
import { attachWork, workOf, type Work } from './work.js';

type AnyResponse = ServerResponse | { raw: ServerResponse };

/**
 * Takes the hold before anything of the body is worked on: it asks for nothing it does not get. The order of its
 * refusals: nobody signed in (401), headers (400), a key used before (its answer, 422, 409), a price above the
 * client's limit (409), not enough credits (402).
 */
@Injectable()
export class CreditsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credits: CreditsService,
    private readonly admission: Admission,
    private readonly host: HttpAdapterHost,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    try {
      return await this.#admits(context, http.getRequest<GatedRequest>(), http.getResponse());
    } catch (error) {
      hintRetryAfter(error, this.host.httpAdapter, http.getResponse());
      throw error;
    }
  }

  async #admits(context: ExecutionContext, request: GatedRequest, response: AnyResponse): Promise<boolean> {
    // A class and its method may both be decorated: the guard then runs twice, and the first run took the
    // method's price.
    if (workOf(request) !== undefined) return true;
    const userId = this.options.userOf?.(request);
    if (userId === undefined) throw new UnauthorizedException();
    const key = idempotencyKeyOf(request);
    const maxCredits = maxCreditsOf(request);
    const cost = this.reflector.getAllAndOverride(CreditsCost, [context.getHandler(), context.getClass()]);
    const charge = async () => {
      const resolved = await this.#charge(cost, request, maxCredits);
      if (resolved !== null) this.#requireWhole(request, response);
      return resolved;
    };
    const tellsCredits = cost !== NO_COST;
    const work = await this.admission.admit({
      context,
      request,
      userId,
      key,
      maxCredits,
      tellsCredits,
      charge,
    });
    attachWork(request, work);
    return releaseWhenOver(response, work);
  }

  /**
   * What is paid for is sent: both Express and Fastify would run a GET for a HEAD, whose answer has no body, and
   * Express would answer 304 where the client has the like.
   */
  #requireWhole(request: GatedRequest, response: AnyResponse): void {
    if (request.method === 'HEAD') {
      this.host.httpAdapter.setHeader(response, 'Allow', 'GET');
      throw new MethodNotAllowedException('A HEAD of a paid endpoint would pay for nothing.');
    }
    delete request.headers['if-none-match'];
    delete request.headers['if-modified-since'];
  }

  /** What this request costs; null is free. */
  async #charge(cost: Cost | undefined, request: GatedRequest, maxCredits?: number): Promise<Charge | null> {
    const resolved = typeof cost === 'function' ? await cost(request) : cost;
    // A guard that finds no price refuses: closed by default.
    if (resolved === undefined) throw new TypeError('the credits guard found no price: use RequireCredits');
    if (resolved === null) return null;
    const charge: Charge = typeof resolved === 'string' ? { action: resolved } : resolved;
    const { action, units, atMost, atLeast } = charge;
    const { credits: required, priceVersion } = this.credits.quote({
      action,
      units,
      measured: atMost ?? atLeast,
    });
    if (maxCredits !== undefined && required > maxCredits) {
      throw new PriceExceedsMaxError({ required, maxCredits, priceVersion });
    }
    return { action, units, atMost, atLeast };
  }
}

/**
 * The last resort for whatever the interceptor never sees: a client that leaves, a later guard that refuses. A
 * hold that was captured stays captured. False when the client left while the hold was made: nobody waits for
 * the work, so it does not begin.
 */
function releaseWhenOver(response: AnyResponse, work: Work): boolean {
  const raw = 'raw' in response ? response.raw : response;
  const { socket } = raw.req;
  const release = () => {
    socket.off('close', release);
    if (work.outcome === undefined) {
      void work.release(raw.writableFinished ? 'the request was refused' : 'the client went away');
    }
  };
  raw.once('close', release);
  // A response queued behind another one of its connection has no socket yet, and never closes if that one does.
  if (!raw.socket) socket.once('close', release);
  const clientLeft = raw.destroyed || socket.destroyed;
  if (clientLeft) release();
  return !clientLeft;
}
