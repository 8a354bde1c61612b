import { IdParam } from '../routes/id-param.js';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CurrentWork, Idempotent, type Page, type Work } from '../credits/index.js';
import { ToldEvents, type ToldEvent } from '../credits/operator/index.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { AdminOnly } from '../identity/index.js';
import { Describes } from '../routes/describes.decorator.js';
import { EventsQuery } from './events.dto.js';
import { eventRoutes } from './events.routes.js';

/** Events that the host has received, and those still to be delivered. */
@Controller('admin/events')
@AdminOnly()
export class EventsController {
  constructor(
    private readonly events: ToldEvents,
    private readonly databases: WalletDatabase,
  ) {}

  @Get()
  @Describes(eventRoutes.list)
  list(@Query() query: EventsQuery): Promise<Page<ToldEvent>> {
    return this.events.list(query);
  }

  @Post(':id/resend')
  @HttpCode(200)
  @Idempotent()
  @Describes(eventRoutes.resend)
  resend(@CurrentWork() work: Work, @IdParam() id: string) {
    return this.databases
      .ofId(id)
      .transaction(async (tx) => work.finish({ data: await this.events.resend(id, { tx }) }, { tx }));
  }
}
