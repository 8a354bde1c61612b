import {
  Controller,
  Get,
  Header,
  Headers,
  Param,
  ParseUUIDPipe,
  Query,
  StreamableFile,
} from '@nestjs/common';
import {
  Statements,
  type GrantStatement,
  type HoldStatement,
  type Page,
  type Usage,
} from '../credits/index.js';
import { CurrentUser, type User } from '../identity/index.js';
import { HistoryQuery, HoldsQuery, UsageQuery } from './account.dto.js';
import { History, withoutActor, type ExplainedEntry, type HistoryEntry } from './history.js';
import { historyAsCsv, prefersCsv } from './history-csv.js';
import { Describes } from '../routes/describes.decorator.js';
import { accountRoutes } from './account.routes.js';

@Controller('credits')
export class StatementsController {
  constructor(
    private readonly entries: History,
    private readonly statements: Statements,
  ) {}

  @Get('history')
  @Header('vary', 'Authorization, Accept')
  @Describes(accountRoutes.history)
  async history(
    @CurrentUser() user: User,
    @Query() filter: HistoryQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<Page<HistoryEntry> | StreamableFile> {
    if (!prefersCsv(accept)) return this.entries.page(user.id, filter);
    const csv = await historyAsCsv((page) => this.entries.page(user.id, page), filter);
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: 'attachment; filename="credits.csv"',
    });
  }

  @Get('history/:id')
  @Describes(accountRoutes.line)
  line(@CurrentUser() user: User, @Param('id', ParseUUIDPipe) id: string): Promise<ExplainedEntry> {
    return this.entries.explain(user.id, id);
  }

  @Get('holds')
  @Describes(accountRoutes.holds)
  async holds(@CurrentUser() user: User, @Query() { state }: HoldsQuery): Promise<{ data: HoldStatement[] }> {
    const holds = await this.statements.holds(user.id, state);
    return { data: holds.map(withoutActor) };
  }

  @Get('holds/:id')
  @Describes(accountRoutes.hold)
  async hold(@CurrentUser() user: User, @Param('id', ParseUUIDPipe) id: string): Promise<HoldStatement> {
    return withoutActor(await this.statements.hold(user.id, id));
  }

  @Get('grants')
  @Describes(accountRoutes.grants)
  async grants(@CurrentUser() user: User): Promise<{ data: GrantStatement[] }> {
    return { data: await this.statements.grants(user.id) };
  }

  @Get('usage')
  @Describes(accountRoutes.usage)
  async usage(@CurrentUser() user: User, @Query() query: UsageQuery): Promise<{ data: Usage[] }> {
    return { data: await this.statements.usage(user.id, query) };
  }
}
