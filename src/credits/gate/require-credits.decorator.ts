import { UseFilters, UseGuards, UseInterceptors, applyDecorators } from '@nestjs/common';
import { CreditsGuard } from './credits.guard.js';
import { CreditsInterceptor } from './credits.interceptor.js';
import { CreditsCost, type Cost } from './cost.js';
import { RecordedAnswerFilter } from './recorded-answer.js';

/**
 * Makes an endpoint paid: credits for the action are held before the handler runs, captured when it succeeds and
 * released when anything fails.
 *
 * ```ts
 * @RequireCredits('docx_processing')                                      // flat price from the price list
 * @RequireCredits(({ body }) => isFree(body) ? null : 'premium_export')   // decided per request; null is free
 * @RequireCredits(({ body }) => ({ action: 'text_to_speech', units: body.pages }))
 * ```
 */
export function RequireCredits(cost: Cost): MethodDecorator & ClassDecorator {
  return applyDecorators(
    CreditsCost(cost),
    UseGuards(CreditsGuard),
    UseInterceptors(CreditsInterceptor),
    UseFilters(RecordedAnswerFilter),
  );
}
