import { UseFilters, UseGuards, UseInterceptors, applyDecorators } from '@nestjs/common';
import { CreditsGuard } from './credits.guard.js';
import { CreditsInterceptor } from './credits.interceptor.js';
import { CreditsCost, CreditsSettings, NO_COST, noteGate, type Cost, type GateSettings } from './cost.js';
import { RecordedAnswerFilter } from './recorded-answer.js';

/**
 * Makes an endpoint paid: credits for the action are held before the handler runs, captured when its answer was sent
 * whole with a status below 400, and released when anything fails.
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
 * Makes an endpoint that costs nothing repeatable: under an Idempotency-Key it does its work once and repeats its
 * first answer byte for byte, by the same means as a paid one. A handler that writes rows finishes its CurrentWork in
 * their transaction, so the rows and the recorded answer come to be together.
 */
export const Idempotent = (settings: Pick<GateSettings, 'about'> = {}): MethodDecorator & ClassDecorator =>
  RequireCredits(NO_COST, settings);
