import { Controller, Get, Header, Req, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import { Environment } from '../config/environment.js';
import { Public, bearerTokenOf } from '../identity/index.js';
import { Metrics } from './metrics.js';
import { NoRateLimit } from '../routes/no-rate-limit.decorator.js';
import { Describes } from '../routes/describes.decorator.js';
import { watchRoutes } from './watch.routes.js';

/** Open to everybody, or only to those with METRICS_TOKEN if that is set. */
@Public()
@NoRateLimit()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly environment: Environment,
  ) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Describes(watchRoutes.metrics)
  async read(@Req() { raw }: FastifyRequest): Promise<Buffer> {
    const { metricsToken } = this.environment;
    if (metricsToken !== undefined && !isSame(bearerTokenOf(raw) ?? '', metricsToken)) {
      throw new UnauthorizedException();
    }
    return this.metrics.text();
  }
}

/** Compares in constant time. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'));
}
