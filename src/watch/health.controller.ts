import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../identity/index.js';
import { NoRateLimit } from '../routes/no-rate-limit.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { Readiness } from './readiness.js';
import { Describes } from '../routes/describes.decorator.js';
import { watchRoutes } from './watch.routes.js';

/** Probes: is this process alive, and should it get requests now? */
@Public()
@NoRateLimit()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Header('cache-control', 'no-store')
  @Describes(watchRoutes.live)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  @Describes(watchRoutes.ready)
  async ready(): Promise<{ status: 'ok'; checks: Record<string, boolean> }> {
    const { ready, checks } = await this.readiness.report();
    if (!ready) throw new ProblemException('credits_unavailable', 'Not ready for requests.', { checks });
    return { status: 'ok', checks };
  }
}
