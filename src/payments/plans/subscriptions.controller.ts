import { IdParam } from '../../routes/id-param.js';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CurrentWork, Idempotent, type Work } from '../../credits/index.js';
import { CurrentUser, type User } from '../../identity/index.js';
import { Describes } from '../../routes/describes.decorator.js';
import { paymentRoutes } from '../payments.routes.js';
import { PurchaseBody } from '../purchases.controller.js';
import { Subscriptions } from './subscriptions.js';

/** What a user has subscribed to. */
@Controller('credits')
export class SubscriptionsController {
  constructor(private readonly subscriptions: Subscriptions) {}

  @Get('subscriptions')
  @Describes(paymentRoutes.subscriptions)
  async list(@CurrentUser() { id }: User) {
    return { data: await this.subscriptions.list(id) };
  }

  @Post('subscriptions/:id/plan')
  @HttpCode(200)
  @Idempotent()
  @Describes(paymentRoutes.changePlan)
  async change(
    @CurrentUser() { id: userId }: User,
    @CurrentWork() work: Work,
    @IdParam() id: string,
    @Body() { offer }: PurchaseBody,
  ) {
    return work.finish(await this.subscriptions.change({ userId, id, offer, key: work.keyed?.key }));
  }

  @Post('portal')
  @HttpCode(200)
  @Describes(paymentRoutes.portal)
  async portal(@CurrentUser() { id }: User) {
    return { url: await this.subscriptions.portal(id) };
  }
}
