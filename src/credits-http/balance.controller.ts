import { Controller, Get, Inject, Req, Res, UseInterceptors } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingHttpHeaders } from 'node:http';
import type { HostRequest } from '../credits/index.js';
import { INPUTS, minVersionOf, queryOf, requireOneOf } from './asked.js';
import { answerWith, BALANCE_HEADERS } from './balance-body.js';
import { BalanceStreams } from './balance-streams.js';
import { CREDITS_HTTP_OPTIONS, type CreditsHttpOptions } from './credits-http.options.js';
import { EventStream } from './event-stream.js';
import { untilReconnect } from './listener.js';
import { Readers } from './readers.js';
import { RefusalHeaders } from './refusal-headers.interceptor.js';
import { beginStream, variedBy, type HostResponse } from './responses.js';
import { ShownBalances } from './shown-balances.js';

@Controller()
@UseInterceptors(RefusalHeaders)
export class BalanceController {
  constructor(
    private readonly balances: ShownBalances,
    private readonly streams: BalanceStreams,
    private readonly readers: Readers,
    private readonly host: HttpAdapterHost,
    @Inject(CREDITS_HTTP_OPTIONS) private readonly options: CreditsHttpOptions,
  ) {}

  @Get(['credits', 'auth/credits'])
  async balance(@Req() request: HostRequest, @Res() response: HostResponse): Promise<void> {
    const userId = await this.readers.walletOf(request);
    const { refresh } = queryOf(request, INPUTS.balance);
    const options = {
      refresh: requireOneOf('refresh', refresh, ['true', 'false']) === 'true',
      minVersion: minVersionOf(request),
    };
    const shown = await this.balances.display.read(userId, options);
    const { status, headers, body } = answerWith(shown, headersOf(request));
    const { httpAdapter } = this.host;
    const vary = variedBy(response, headers['vary']!);
    for (const [name, value] of Object.entries({ ...headers, vary }))
      httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, body, status);
  }

  /** The balance now, and again whenever somebody changed it, until the client leaves or may not listen any more. */
  @Get('credits/stream')
  async stream(@Req() request: HostRequest, @Res() response: HostResponse): Promise<void> {
    const userId = await this.readers.walletOf(request);
    const { changes } = queryOf(request, INPUTS.stream);
    const wantsChanges = requireOneOf('changes', changes, ['true', 'false']) === 'true';
    const { listenerOf = untilReconnect } = this.options;
    // Before the answer begins, so that a database that cannot be read is a 503.
    const shown = await this.balances.display.read(userId);
    const raw = beginStream(response, STREAM_HEADERS);
    if ((request as { method: string }).method === 'HEAD') return void raw.end();
    const stream = new EventStream(raw, wantsChanges);
    stream.send(shown);
    this.streams.add(userId, stream, listenerOf(request));
  }
}

const STREAM_HEADERS = {
  vary: BALANCE_HEADERS.vary,
  // What compresses answers would keep an event back until there are more.
  'cache-control': `${BALANCE_HEADERS['cache-control']}, no-transform`,
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx and its like would otherwise wait for more.
  'x-accel-buffering': 'no',
};

function headersOf(request: HostRequest): IncomingHttpHeaders {
  return (request as { headers: IncomingHttpHeaders }).headers;
}
