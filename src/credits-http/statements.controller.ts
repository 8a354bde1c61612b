import {
  Controller,
  Get,
  Inject,
  Param,
  Req,
  Res,
  UseInterceptors,
  type StreamableFile,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  HOLD_STATES,
  Statements,
  type Entry,
  type EntryKind,
  type GrantStatement,
  type HistoryFilter,
  type HoldStatement,
  type HostRequest,
  type Page,
  type Usage,
} from '../credits/index.js';
import { INPUTS, digitsIn, queryOf, requireOneOf, requireSomeOf, requireTimes } from './asked.js';
import { HISTORY, type ExplainedEntry, type LedgerHistory } from './history.js';
import { asFile, historyAsCsv, prefersCsv } from './history-csv.js';
import { Readers } from './readers.js';
import { RefusalHeaders } from './refusal-headers.interceptor.js';
import { variedBy, type HostResponse } from './responses.js';
import { withoutActor } from './told-to-owner.js';

@Controller('credits')
@UseInterceptors(RefusalHeaders)
export class StatementsController {
  constructor(
    @Inject(HISTORY) private readonly entries: LedgerHistory,
    private readonly statements: Statements,
    private readonly readers: Readers,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('history')
  async history(
    @Req() request: HostRequest,
    @Res({ passthrough: true }) response: HostResponse,
  ): Promise<Page<Entry> | StreamableFile> {
    const userId = await this.readers.walletOf(request);
    const filter = historyFilterOf(request);
    this.host.httpAdapter.setHeader(response, 'vary', variedBy(response, 'Authorization, Accept'));
    const { accept } = (request as { headers: Record<string, string | undefined> }).headers;
    if (!prefersCsv(accept)) return this.entries.page(userId, filter);
    const read = (page: HistoryFilter) => this.entries.page(userId, page);
    return asFile(await historyAsCsv(read, this.entries.columns, filter), response);
  }

  @Get('history/:id')
  async line(@Req() request: HostRequest, @Param('id') id: string): Promise<ExplainedEntry> {
    return this.entries.explain(await this.readers.walletOf(request), id);
  }

  @Get('holds')
  async holds(@Req() request: HostRequest): Promise<Page<HoldStatement>> {
    const userId = await this.readers.walletOf(request);
    const { state, limit, cursor } = queryOf(request, INPUTS.holds);
    const filter = { states: requireSomeOf('state', state, HOLD_STATES), limit: digitsIn(limit), cursor };
    const { data, nextCursor } = await this.statements.holdsPage(userId, filter);
    return { data: data.map(withoutActor), nextCursor };
  }

  @Get('holds/:id')
  async hold(@Req() request: HostRequest, @Param('id') id: string): Promise<HoldStatement> {
    return withoutActor(await this.statements.hold(await this.readers.walletOf(request), id));
  }

  @Get('grants')
  async grants(@Req() request: HostRequest): Promise<{ data: GrantStatement[] }> {
    return { data: await this.statements.grants(await this.readers.walletOf(request)) };
  }

  @Get('usage')
  async usage(@Req() request: HostRequest): Promise<{ data: Usage[] }> {
    const userId = await this.readers.walletOf(request);
    const { from, to, groupBy } = queryOf(request, INPUTS.usage);
    requireTimes({ from, to });
    const by = requireOneOf('groupBy', groupBy, ['day', 'action']);
    return { data: await this.statements.usage(userId, { from, to, groupBy: by }) };
  }
}

/** @throws InvalidCreditsInputError; the ledger checks the rest of it */
function historyFilterOf(request: HostRequest): HistoryFilter {
  const { limit, cursor, kind, action, from, to } = queryOf(request, INPUTS.history);
  requireTimes({ from, to });
  return { limit: digitsIn(limit), cursor, kind: kind as EntryKind | undefined, action, from, to };
}
