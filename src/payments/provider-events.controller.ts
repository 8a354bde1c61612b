import { Describes } from '../routes/describes.decorator.js';
import { paymentRoutes } from './payments.routes.js';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { TAKES_RAW_BODY, rawBodyOf } from '../routes/raw-body.js';
import { NoRateLimit } from '../routes/no-rate-limit.decorator.js';
import { Public } from '../identity/index.js';
import { ProviderEvents } from './provider-events.js';

/** Where the payment provider tells us that something happened. We check its signature, and look up what it says. */
@Controller('payments/events')
@Public()
@NoRateLimit()
export class ProviderEventsController {
  constructor(private readonly events: ProviderEvents) {}

  @Post()
  @HttpCode(200)
  @Describes(paymentRoutes.events)
  @RouteConfig(TAKES_RAW_BODY)
  async hear(@Req() request: FastifyRequest) {
    await this.events.hear(rawBodyOf(request), request.headers);
    return { received: true };
  }
}
