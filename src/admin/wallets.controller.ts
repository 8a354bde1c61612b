import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Query,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HistoryQuery } from '../account/account.dto.js';
import { asFile, prefersCsv } from '../credits-http/history-csv.js';
import { variedBy } from '../credits-http/responses.js';
import type { Entry, Page } from '../credits/index.js';
import { Wallets, type WalletFile, type WalletHold } from '../credits/operator/index.js';
import { mayLast } from '../routes/may-last.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { HoldsQuery, ReasonBody, WalletsQuery } from './admin.dto.js';
import { EntriesCsv } from './entries-csv.service.js';
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
    private readonly csv: EntriesCsv,
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
  async entries(
    @Param('userId') userId: string,
    @Query() filter: HistoryQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<Entry> | StreamableFile> {
    reply.header('vary', variedBy(reply, 'Authorization, Accept'));
    if (!prefersCsv(accept)) return this.wallets.entries(userId, filter);
    return asFile(await this.csv.of(userId, filter), reply);
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
