import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { IdentifyGuard, IdentityModule, SignedInGuard } from '../identity/index.js';
import { AnswersAtHand } from './answers-at-hand.js';
import { DatabaseProbe } from './database-probe.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { RateLimit } from './rate-limit.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { Readiness } from './readiness.js';
import { RequestShapeGuard } from './request-shape.guard.js';
import { InputPipe } from './validation.js';

/** What every request meets, whatever it is for. The guards of a handler come after these, its pipes last. */
@Global()
@Module({
  imports: [IdentityModule],
  controllers: [HealthController, MetricsController, ProblemsController],
  providers: [
    // In this order, and all in one list, for Nest promises no order between modules.
    { provide: APP_GUARD, useExisting: IdentifyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useExisting: SignedInGuard },
    { provide: APP_GUARD, useClass: RequestShapeGuard },
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
    AnswersAtHand,
    Metrics,
    RateLimit,
    Readiness,
    DatabaseProbe,
  ],
  exports: [AnswersAtHand, Metrics, Readiness],
})
export class HttpModule {}
