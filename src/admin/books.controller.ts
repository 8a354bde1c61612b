import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Environment } from '../config/environment.js';
import type { ActOfOperator, IntegrityReport, Overview } from '../credits/operator/index.js';
import type { Page } from '../credits/index.js';
import { Books } from '../credits/operator/index.js';
import { mayLast } from '../routes/may-last.js';
import { AdminOnly } from '../identity/index.js';
import { Describes } from '../routes/describes.decorator.js';
import { ActsQuery, OverviewQuery } from './admin.dto.js';
import { adminRoutes } from './admin.routes.js';

const DAYS = 30;

@Controller('admin')
@AdminOnly()
export class BooksController {
  constructor(
    private readonly books: Books,
    private readonly environment: Environment,
  ) {}

  @Get('integrity')
  @Describes(adminRoutes.integrity)
  check(@Res({ passthrough: true }) reply: FastifyReply): Promise<IntegrityReport> {
    mayLast(reply);
    return this.books.check();
  }

  @Get('overview')
  @Describes(adminRoutes.overview)
  overview(
    @Query() { days = DAYS }: OverviewQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Overview> {
    mayLast(reply);
    return this.books.overview({ days, timeZone: this.environment.timeZone });
  }

  @Get('acts')
  @Describes(adminRoutes.acts)
  acts(
    @Query() { days = DAYS, ...page }: ActsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ActOfOperator>> {
    mayLast(reply);
    return this.books.acts({ days, timeZone: this.environment.timeZone, ...page });
  }
}
