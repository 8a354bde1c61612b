import { IdParam } from '../routes/id-param.js';
import { Describes } from '../routes/describes.decorator.js';
import { paymentRoutes } from './payments.routes.js';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { CurrentWork, Idempotent, type Page, type Work } from '../credits/index.js';
import { IsShortText } from '../routes/checks.js';
import { PageQuery } from '../routes/page-query.js';
import { CurrentUser, Public, type User } from '../identity/index.js';
import { Offers } from './offers.js';
import type { Purchase } from './purchase.js';
import { Purchases } from './purchases.js';

export class PurchaseBody {
  @IsShortText(1, 50)
  offer: string;
}

/** What a user may buy, and what they bought. */
@Controller('credits')
export class PurchasesController {
  constructor(
    private readonly offers: Offers,
    private readonly purchases: Purchases,
  ) {}

  @Get('offers')
  @Public()
  @Describes(paymentRoutes.offers)
  list() {
    return { offers: this.offers.list() };
  }

  @Post('purchases')
  @Idempotent()
  @Describes(paymentRoutes.begin)
  async begin(@CurrentUser() user: User, @CurrentWork() work: Work, @Body() { offer }: PurchaseBody) {
    const purchase = await this.purchases.begin({ userId: user.id, offer, key: work.keyed?.key });
    return work.finish(purchase);
  }

  @Get('purchases')
  @Describes(paymentRoutes.list)
  all(@CurrentUser() user: User, @Query() page: PageQuery): Promise<Page<Purchase>> {
    return this.purchases.list(user.id, page);
  }

  @Get('purchases/:id')
  @Describes(paymentRoutes.one)
  one(@CurrentUser() user: User, @IdParam() id: string): Promise<Purchase> {
    return this.purchases.one(user.id, id);
  }
}
