import { UseFilters, UseGuards, UseInterceptors, applyDecorators } from '@nestjs/common';
import { CreditsGuard } from './credits.guard.js';
import { CreditsInterceptor } from './credits.interceptor.js';
import { CreditsCost, CreditsSettings, NO_COST, noteGate, type Cost, type GateSettings } from './cost.js';
import { RecordedAnswerFilter } from './recorded-answer.js';

/**
 * Makes an endpoint paid: the credits for the action are held before the handler runs, captured once its answer was sent
 * whole with a status below 400, and released if anything fails. On a controller it applies to every handler.
 *
 * ```ts
 * @RequireCredits('docx_processing')                                      // flat price from the price list
 * @RequireCredits(({ body }) => isFree(body) ? null : 'premium_export')   // decided per request; null is free
 * @RequireCredits(({ body }) => ({ action: 'text_to_speech', units: body.pages }))
 * @RequireCredits('chat', { onClientLeft: 'capture' })                    // a client that leaves pays for what was used
 * ```
 */
export function RequireCredits(cost: Cost, settings: GateSettings = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(
    CreditsCost(cost),
    CreditsSettings(settings),
    noteGate(cost),
    UseGuards(CreditsGuard),
    UseInterceptors(CreditsInterceptor),
    UseFilters(RecordedAnswerFilter),
  );
}

/**
 * Makes a free endpoint repeatable, as a paid one is: under an Idempotency-Key it does its work once, and a retry gets the
 * first answer byte for byte. A handler that writes rows calls `finish` of its CurrentWork in their transaction, so that
 * the rows and the recorded answer are committed together.
 */
export const Idempotent = (settings: Pick<GateSettings, 'about'> = {}): MethodDecorator & ClassDecorator =>
  RequireCredits(NO_COST, settings);
