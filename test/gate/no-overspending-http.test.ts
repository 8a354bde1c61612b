import { describe, expect, test } from '@jest/globals';
import {
  Controller,
  HttpException,
  Injectable,
  Post,
  Req,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { CreditsService } from '../../src/credits/index.js';
import { adapters } from './foreign-app.js';
import { PRICES, SpeechController } from './foreign-controllers.js';
import { Gate } from './gate-harness.js';

const REQUESTS = 2_000;
const CREDITS = 1_000;
const CONNECTIONS = 32;

interface Paid {
  headers: { 'x-user': string };
}

const WORK_MS = 20;

/**
 * The toy: reads the balance and compares, does the work, and charges when the work is done. The work takes a moment,
 * as work does: without it a slow machine serves one request after the other, and the race is not run.
 */
@Injectable()
class CheckThenActGuard implements CanActivate {
  constructor(private readonly credits: CreditsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<Paid>();
    const { available } = await this.credits.balance(headers['x-user']);
    if (available < PRICES.tick) throw new HttpException('not enough credits', 402);
    return true;
  }
}

@Controller('toy')
class ToyController {
  constructor(private readonly credits: CreditsService) {}

  @Post('tick')
  @UseGuards(CheckThenActGuard)
  async tick(@Req() { headers }: Paid) {
    await setTimeout(WORK_MS);
    try {
      await this.credits.charge({ userId: headers['x-user'], action: 'tick' });
    } catch {
      // The work is delivered; a failed charge is a line in a log.
    }
    return { ticked: true };
  }
}

describe.each(adapters)('2,000 requests at once on 1,000 credits on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [SpeechController, ToyController] });

  test('sell exactly 1,000 ticks', async () => {
    const user = await gate.customer(CREDITS);
    expect(await sell(`${gate.foreign.url}/tick`, user)).toEqual({ 201: CREDITS, 402: REQUESTS - CREDITS });
    expect(await gate.books.credits.balance(user)).toMatchObject({ balance: 0, held: 0 });
    const [entries] = await gate.books.dataSource.query(
      `SELECT count(*)::int, sum(amount)::int FROM credits.entries WHERE user_id = $1 AND kind = 'charge'`,
      [user],
    );
    expect(entries).toEqual({ count: CREDITS, sum: -CREDITS });
  });

  test('oversell behind a guard that reads the balance and compares', async () => {
    const user = await gate.customer(CREDITS);
    const sold = await sell(`${gate.foreign.url}/toy/tick`, user);
    expect(sold[201]! + sold[402]!).toBe(REQUESTS);
    expect(sold[201]).toBeGreaterThan(CREDITS);
  });
});

/** How often each status came back. */
async function sell(url: string, user: string): Promise<Record<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const statuses = await Promise.all(Array.from({ length: REQUESTS }, () => post(url, user, agent)));
  agent.destroy();
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function post(url: string, user: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers: { 'x-user': user } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!));
    })
      .once('error', reject)
      .end();
  });
}
