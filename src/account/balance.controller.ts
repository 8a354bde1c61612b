import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { InvalidCreditsInputError } from '../credits/index.js';
import { BalanceDisplay } from '../credits-display/reader.js';
import { CurrentUser, IdentifyGuard, type User } from '../identity/index.js';
import { BalanceQuery, StreamQuery } from './account.dto.js';
import { answerWith, BALANCE_HEADERS } from './balance-body.js';
import { BalanceStreams } from './balance-streams.js';
import { EventStream } from './event-stream.js';
import { Describes } from '../routes/describes.decorator.js';
import { accountRoutes } from './account.routes.js';

@Controller()
export class BalanceController {
  constructor(
    private readonly display: BalanceDisplay,
    private readonly streams: BalanceStreams,
    private readonly identify: IdentifyGuard,
  ) {}

  @Get(['auth/credits', 'credits'])
  @Describes(accountRoutes.balance)
  async balance(
    @CurrentUser() user: User,
    @Query() { refresh }: BalanceQuery,
    @Headers('x-min-balance-version') minVersion: string | undefined,
    @Headers() headers: IncomingHttpHeaders,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const options = { refresh: refresh === 'true', minVersion: toVersion(minVersion) };
    const answer = answerWith(await this.display.read(user.id, options), headers);
    void reply.status(answer.status).headers(answer.headers).send(answer.body);
  }

  /** The balance now, and again whenever somebody changed it, until the client leaves or its token ends. */
  @Get('credits/stream')
  @Describes(accountRoutes.stream)
  async stream(
    @CurrentUser() user: User,
    @Query() { changes }: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Before the answer begins, so that a database that cannot be read is a 503.
    const shown = await this.display.read(user.id);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      ...BALANCE_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      // nginx and its like would otherwise wait for more.
      'x-accel-buffering': 'no',
    });
    if (request.method === 'HEAD') return void reply.raw.end();
    const stream = new EventStream(reply.raw, changes === 'true');
    stream.send(shown);
    const isStillGood = () => this.identify.isStillGood(request.raw);
    this.streams.add(user.id, stream, { untilMs: user.untilMs, isStillGood });
  }
}

/** @throws InvalidCreditsInputError */
function toVersion(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const version = /^\d{1,16}$/.test(header) ? Number(header) : NaN;
  if (Number.isSafeInteger(version)) return version;
  throw new InvalidCreditsInputError([
    { path: 'X-Min-Balance-Version', message: 'must be a whole number from 0 to 2^53-1' },
  ]);
}
