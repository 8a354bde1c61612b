import { UseFilters, UseGuards, UseInterceptors, applyDecorators } from '@nestjs/common';
import { CreditsGuard } from './credits.guard.js';
import { CreditsInterceptor } from './credits.interceptor.js';
import { AnswersAbout, CreditsCost, NO_COST, noteGate, type Cost } from './cost.js';
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
 *
 * `about` tells whom the answers of an operator's endpoint are about, so that the person's erasure empties them; what only
 * the work finds out it tells by `work.isAbout(userId)`.
 */
export function Idempotent({ about }: IdempotentOptions = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(RequireCredits(NO_COST), ...(about === undefined ? [] : [AnswersAbout(about)]));
}

export interface IdempotentOptions {
  about?: Parameters<typeof AnswersAbout>[0];
}
