import { IdParam } from '../routes/id-param.js';
import { Describes } from '../routes/describes.decorator.js';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CurrentWork, Idempotent, type Page, type Work } from '../credits/index.js';
import { ledgerKeyOf } from '../credits/operator/index.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { PurchaseDesk, paymentRoutes, type PurchaseRecord } from '../payments/index.js';
import { PurchaseFileQuery, PurchaseRefundBody, PurchasesQuery } from './purchases.dto.js';

/** Purchases, with the provider's view of them, and refunds of money. */
@Controller('admin/purchases')
@AdminOnly()
export class AdminPurchasesController {
  constructor(private readonly desk: PurchaseDesk) {}

  @Get()
  @Describes(paymentRoutes.search)
  list(@Query() query: PurchasesQuery): Promise<Page<PurchaseRecord>> {
    return this.desk.list(query);
  }

  /** Includes what a refund would come to. */
  @Get(':id')
  @Describes(paymentRoutes.file)
  one(@IdParam() id: string, @Query() { amount }: PurchaseFileQuery) {
    return this.desk.one(id, amount);
  }

  @Post(':id/refund')
  @Idempotent()
  @Describes(paymentRoutes.refund)
  async refund(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @IdParam() purchaseId: string,
    @Body() body: PurchaseRefundBody,
  ) {
    const { amount, reason } = body;
    const requestKey = ledgerKeyOf(work);
    return work.finish(await this.desk.refund({ purchaseId, amount, reason, actor, requestKey }));
  }

  @Post(':id/look')
  @HttpCode(200)
  @Idempotent()
  @Describes(paymentRoutes.look)
  async look(@CurrentWork() work: Work, @IdParam() id: string) {
    return work.finish(await this.desk.look(id));
  }
}
