import { Body, Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HistoryQuery } from '../account/account.dto.js';
import type { Entry, Page } from '../credits/index.js';
import { Wallets, type WalletFile, type WalletHold } from '../credits/operator/index.js';
import { mayLast } from '../routes/may-last.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { HoldsQuery, ReasonBody, WalletsQuery } from './admin.dto.js';
import { Erasure, type Erased } from './erasure.service.js';
import { Finder, type FoundWallet } from './finder.service.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

@Controller('admin/wallets')
@AdminOnly()
export class WalletsController {
  constructor(
    private readonly wallets: Wallets,
    private readonly finder: Finder,
    private readonly erasure: Erasure,
  ) {}

  @Get()
  @Describes(adminRoutes.search)
  search(@Query() query: WalletsQuery): Promise<Page<FoundWallet>> {
    return this.finder.search(query);
  }

  @Get(':userId')
  @Describes(adminRoutes.file)
  file(@Param('userId') userId: string): Promise<WalletFile> {
    return this.wallets.file(userId);
  }

  @Get(':userId/entries')
  @Describes(adminRoutes.entries)
  entries(@Param('userId') userId: string, @Query() filter: HistoryQuery): Promise<Page<Entry>> {
    return this.wallets.entries(userId, filter);
  }

  @Get(':userId/holds')
  @Describes(adminRoutes.holds)
  holds(
    @Param('userId') userId: string,
    @Query() { state: states, ...page }: HoldsQuery,
  ): Promise<Page<WalletHold>> {
    return this.wallets.holds(userId, { states, ...page });
  }

  /** The person is erased; the books stay. */
  @Delete(':userId/person')
  @Describes(adminRoutes.erase)
  erase(
    @CurrentUser() { id: actor }: User,
    @Param('userId') userId: string,
    @Body() { reason }: ReasonBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Erased> {
    mayLast(reply);
    return this.erasure.erase({ userId, reason, actor });
  }
}
