import {
  Inject,
  Injectable,
  MethodNotAllowedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { NotSignedInError, PriceExceedsMaxError } from '../credits.errors.js';
import { NotARequestError } from '../programming-errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import { Admission, type Charge, type QuotedCharge } from './admission.js';
import { asHostSees } from './as-host-sees.js';
import { NO_COST, type Cost } from './cost.js';
import { endpointOf } from './endpoint.js';
import { Ending, attachEnding, endingOf, type AnyResponse } from './ending.js';
import { idempotencyKeyOf, maxCreditsOf, type GatedRequest } from './headers.js';
import { OpenEndings } from './open-endings.js';
import { hintHeaders } from './problem.js';
import { payingFor } from './user-of.js';

/**
 * Takes the hold before anything of the body is worked on: it asks for nothing it does not get. The order of its
 * refusals: nobody signed in (401), headers (400), a key used before (its answer, 422, 409), a price above the
 * client's limit (409), not enough credits (402).
 */
@Injectable()
export class CreditsGuard implements CanActivate {
  constructor(
    private readonly credits: CreditsService,
    private readonly admission: Admission,
    private readonly host: HttpAdapterHost,
    private readonly open: OpenEndings,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') throw new NotARequestError(endpointOf(context).name);
    const http = context.switchToHttp();
    try {
      return await this.#admits(context, http.getRequest<GatedRequest>(), http.getResponse());
    } catch (error) {
      const { httpAdapter } = this.host;
      const refusal = asHostSees(error, this.options, httpAdapter, http.getResponse());
      hintHeaders(refusal, httpAdapter, http.getResponse());
      throw refusal;
    }
  }

  async #admits(context: ExecutionContext, request: GatedRequest, response: AnyResponse): Promise<boolean> {
    // A class and its method may both be decorated: the guard then runs twice, and the first run took the
    // method's price.
    if (endingOf(request) !== undefined) return true;
    const endpoint = endpointOf(context);
    const { cost, kind, about, onClientLeft = this.options.onClientLeft ?? 'release' } = endpoint;
    const paying = await payingFor(this.options, request);
    if (paying === undefined) throw new NotSignedInError();
    const key = idempotencyKeyOf(request);
    const maxCredits = maxCreditsOf(request);
    const charge = async () => {
      const resolved = await this.#charge(cost, request, maxCredits);
      if (resolved !== null) this.#requireWhole(request, response);
      return resolved;
    };
    const tellsCredits = cost !== NO_COST;
    const work = await this.admission.admit({
      context,
      request,
      adapterType: endpoint.isRemade ? undefined : this.host.httpAdapter.getType(),
      paying,
      key,
      maxCredits,
      subject: about?.(request),
      tellsCredits,
      charge,
    });
    const ending = new Ending(response, work, kind, onClientLeft, this.open);
    attachEnding(request, ending);
    const isWanted = ending.watch();
    if (work.hold !== undefined) this.options.onHold?.(work.hold, request, response);
    return isWanted;
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
  async #charge(
    cost: Cost | undefined,
    request: GatedRequest,
    maxCredits?: number,
  ): Promise<QuotedCharge | null> {
    const resolved = typeof cost === 'function' ? await cost(request) : cost;
    // A guard that finds no price refuses: closed by default.
    if (resolved === undefined) throw new TypeError('the credits guard found no price: use RequireCredits');
    if (resolved === null) return null;
    const charge: Charge = typeof resolved === 'string' ? { action: resolved } : resolved;
    const { action, units, atMost, atLeast } = charge;
    const quote = this.credits.quote({ action, units, measured: atMost ?? atLeast });
    const { credits: required, priceVersion } = quote;
    if (maxCredits !== undefined && required > maxCredits) {
      throw new PriceExceedsMaxError({ required, maxCredits, priceVersion });
    }
    return { action, units, atMost, atLeast, quote };
  }
}
