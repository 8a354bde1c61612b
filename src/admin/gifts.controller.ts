import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CurrentWork, Idempotent, type Work } from '../credits/index.js';
import { GiftGiver, Gifts, type GiftReport } from '../credits/operator/index.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { GiftBody } from './admin.dto.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

@Controller('admin/gifts')
@AdminOnly()
export class GiftsController {
  constructor(
    private readonly gifts: Gifts,
    private readonly giver: GiftGiver,
    private readonly databases: WalletDatabase,
  ) {}

  /** Answered at once; any free instance gives it. */
  @Post()
  @HttpCode(202)
  @Idempotent()
  @Describes(adminRoutes.beginGift)
  async begin(@CurrentUser() { id: actor }: User, @CurrentWork() work: Work, @Body() body: GiftBody) {
    const answer = await this.databases
      .common()
      .transaction(async (tx) => work.finish(await this.gifts.begin(body, actor, tx), { tx }));
    this.giver.wake();
    return answer;
  }

  @Get(':key')
  @Describes(adminRoutes.gift)
  report(@Param('key') key: string): Promise<GiftReport> {
    return this.gifts.report(key);
  }
}
