import {
  Inject,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { PriceExceedsMaxError } from '../credits.errors.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import { HoldKeeper } from '../upkeep/hold-keeper.js';
import { CreditsCost } from './cost.js';
import { maxCreditsOf } from './headers.js';
import { HeldWork, attachWork } from './held-work.js';

/** Takes the hold before anything of the body is worked on: it asks for nothing it does not get. */
@Injectable()
export class CreditsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credits: CreditsService,
    private readonly keeper: HoldKeeper,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<{ headers: Record<string, string | string[] | undefined> }>();
    const userId = this.options.userOf(request as never);
    if (userId === undefined) throw new UnauthorizedException();
    const maxCredits = maxCreditsOf(request.headers);

    const cost = this.reflector.getAllAndOverride(CreditsCost, [context.getHandler(), context.getClass()]);
    const actionCost = typeof cost === 'function' ? await cost(request) : cost;
    if (actionCost === null) return true;
    // A guard that finds no price refuses: closed by default.
    if (actionCost === undefined)
      throw new TypeError('CreditsGuard without RequireCredits: no price is known');

    const { action, units } = typeof actionCost === 'string' ? { action: actionCost, units: 1 } : actionCost;
    const { credits, priceVersion } = this.credits.quote({ action, units });
    if (maxCredits !== undefined && credits > maxCredits) {
      throw new PriceExceedsMaxError({ required: credits, maxCredits, priceVersion });
    }
    const work = new HeldWork(await this.credits.hold({ userId, action, units }), this.credits, this.keeper);
    attachWork(request, work);
    releaseWhenClosed(http.getResponse(), work);
    return true;
  }
}

/**
 * The last resort for whatever the interceptor never sees: a client that leaves, a later guard that refuses. A
 * hold that was captured stays captured.
 */
function releaseWhenClosed(response: ServerResponse | { raw: ServerResponse }, work: HeldWork): void {
  const raw = 'raw' in response ? response.raw : response;
  raw.once('close', () => {
    if (work.outcome === undefined) {
      void work.release(raw.writableFinished ? 'the request was refused' : 'the client went away');
    }
  });
}
