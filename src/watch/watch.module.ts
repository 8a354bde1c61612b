import { Global, Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

/** Metrics, health and logs of this process. Other modules add what they know. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [Metrics, Readiness, DatabaseProbe],
  exports: [Metrics, Readiness],
})
export class WatchModule {}
