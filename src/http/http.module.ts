import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { IdentifyGuard, IdentityModule, SignedInGuard } from '../identity/index.js';
import { AnswersAtHand } from './answers-at-hand.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { RateLimit } from './rate-limit.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RequestShapeGuard } from './request-shape.guard.js';
import { InputPipe } from '../problems/input-pipe.js';

/** The guards that every request meets. The guards of a handler come after these, its pipes last. */
@Global()
@Module({
  imports: [IdentityModule],
  controllers: [ProblemsController],
  providers: [
    // In this order, and in one list, because Nest promises no order between modules.
    { provide: APP_GUARD, useExisting: IdentifyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useExisting: SignedInGuard },
    { provide: APP_GUARD, useClass: RequestShapeGuard },
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
    AnswersAtHand,
    RateLimit,
  ],
  exports: [AnswersAtHand],
})
export class HttpModule {}
