import { describe, expect, test } from '@jest/globals';
import {
  BadRequestException,
  Catch,
  Controller,
  Headers,
  HttpException,
  Post,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import {
  CreditsError,
  CreditsService,
  InsufficientCreditsError,
  RequireCredits,
  isCreditsError,
  type CreditsOptions,
  type InsufficientCreditsProblem,
} from '../../src/credits/index.js';
import { adapters, type Adapter } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const BASE = 'https://api.example.com';

@Controller()
class Shop {
  constructor(private readonly credits: CreditsService) {}

  /** Without a gate: what the service refuses, the handler lets pass. */
  @Post('by-hand')
  async byHand(@Headers('x-user') userId: string) {
    await this.credits.charge({ userId, action: 'render' });
  }

  @Post('export')
  @RequireCredits('render')
  export() {
    return { file: 'A' };
  }

  @Post('out-of-paper')
  @RequireCredits('tick')
  fail() {
    throw new BadRequestException('out of paper');
  }

  @Post('longer')
  @RequireCredits('tick')
  grow() {
    throw new InsufficientCreditsError({ ...shortage, required: 9 }, ' Nothing was stored.');
  }
}

const shortage = {
  action: 'tick',
  required: 1,
  available: 0,
  held: 0,
  owed: 0,
  balanceVersion: 1,
  nextRefill: null,
  holds: [],
};

/** What the filter of the host was given. */
const seen: unknown[] = [];

/** As a host writes it: another envelope, and types that lead somewhere. */
@Catch(HttpException)
class OwnShape implements ExceptionFilter<HttpException> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: HttpException, context: ArgumentsHost): void {
    seen.push(error);
    const body = isCreditsError(error)
      ? {
          ok: false,
          error: { ...(error.getResponse() as InsufficientCreditsProblem), type: `${BASE}/${error.code}` },
        }
      : { ok: false, error: error.getResponse() };
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), body, error.getStatus());
  }
}

function gateOf(adapter: Adapter, module: Partial<CreditsOptions> = {}): Gate {
  const providers = [{ provide: APP_FILTER, useClass: OwnShape }];
  return Gate.onEach(adapter, { controllers: [Shop], providers, module });
}

describe.each(adapters)('the filter of a host on %s', (adapter) => {
  const gate = gateOf(adapter);
  const keyed = () => ({ 'idempotency-key': randomUUID() });

  test('sees a refusal alike with a key, without one, and when it is repeated', async () => {
    const user = await gate.customer(1);
    const headers = keyed();
    const answers = [];
    for (const more of [{}, headers, headers]) {
      seen.length = 0;
      answers.push(await gate.post('export', { user, headers: more }));
      expect(seen).toEqual([expect.any(InsufficientCreditsError)]);
    }
    const [plain, first, repeated] = answers;
    expect(plain).toMatchObject({
      status: 402,
      body: { ok: false, error: { type: `${BASE}/insufficient_credits`, required: 15, shortfall: 14 } },
    });
    expect(plain!.headers.get('content-type')).toMatch(/^application\/json/);
    for (const answer of [first, repeated]) {
      expect(answer).toMatchObject({ status: plain!.status, body: plain!.body });
      expect(answer!.headers.get('content-type')).toBe(plain!.headers.get('content-type'));
    }
    const replayed = answers.map((answer) => answer.headers.get('idempotent-replayed'));
    expect(replayed).toEqual([null, null, 'true']);
  });

  test('sees what a handler threw, and a refusal in mid-work with all its words', async () => {
    const user = await gate.customer(5);
    for (const path of ['out-of-paper', 'longer']) {
      const headers = keyed();
      const answers = [];
      for (const more of [{}, headers, headers]) {
        seen.length = 0;
        answers.push(await gate.post(path, { user, headers: more }));
        expect(seen).toEqual([expect.any(path === 'longer' ? CreditsError : HttpException)]);
      }
      const [plain, first, repeated] = answers.map(({ status, body }) => ({ status, body }));
      expect(JSON.stringify(plain)).toMatch(/out of paper|Nothing was stored/);
      expect([first, repeated]).toEqual([plain, plain]);
    }
    expect(await gate.wallet(user)).toEqual({ balance: 5, held: 0, charges: [] });
  });
});

describe('a host that renders errors itself', () => {
  let count = 0;
  const problemOf = () => ({ status: 402, headers: { 'x-own': 'yes' }, body: { nth: (count += 1) } });
  const gate = gateOf('fastify', { problemOf });

  test('is asked about what a handler throws, too, and what it said is repeated', async () => {
    const user = await gate.customer(5);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await gate.post('out-of-paper', { user, headers });
    expect(first).toMatchObject({ status: 402, body: { nth: expect.any(Number) } });
    expect((await gate.post('out-of-paper', { user, headers })).body).toEqual(first.body);
    expect(await gate.wallet(user)).toEqual({ balance: 5, held: 0, charges: [] });
  });

  test('has what is under a key repeated byte for byte', async () => {
    const user = await gate.customer(1);
    const headers = { 'idempotency-key': randomUUID() };
    const [first, repeated] = [
      await gate.post('export', { user, headers }),
      await gate.post('export', { user, headers }),
    ];
    expect(first.body).toEqual({ nth: expect.any(Number) });
    expect(repeated.body).toEqual(first.body);
    expect(repeated.headers.get('x-own')).toBe('yes');
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe.each(adapters)('a host on %s with pages of its own on problems', (adapter) => {
  const module = { problemsBase: `${BASE}/problems/` };
  const gate = Gate.onEach(adapter, { controllers: [Shop], module });

  test('has every refusal lead there: with a key, without one, repeated, and of the service itself', async () => {
    const user = await gate.customer(1);
    const headers = { 'idempotency-key': randomUUID() };
    const answers = [
      await gate.post('export', { user }),
      await gate.post('export', { user, headers }),
      await gate.post('export', { user, headers }),
      await gate.post('by-hand', { user }),
    ];
    for (const { status, body } of answers) {
      expect([status, body['type']]).toEqual([402, `${BASE}/problems/insufficient-credits`]);
    }
    expect(answers[2]!.headers.get('idempotent-replayed')).toBe('true');
    expect((await gate.post('export')).body['type']).toBe(`${BASE}/problems/unauthenticated`);
  });
});

describe.each(adapters)('a host on %s that has neither', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [Shop] });

  test('has the short form, and says that it is a problem: with a key, without one, repeated, of the service itself', async () => {
    const user = await gate.customer(1);
    const headers = { 'idempotency-key': randomUUID() };
    const answers = [
      await gate.post('export', { user }),
      await gate.post('export', { user, headers }),
      await gate.post('export', { user, headers }),
      await gate.post('by-hand', { user }),
    ];
    for (const { status, body, headers: said } of answers) {
      expect([status, body['type']]).toEqual([402, '/problems/insufficient-credits']);
      expect(said.get('content-type')).toBe('application/problem+json; charset=utf-8');
    }
    expect((await gate.post('export')).headers.get('content-type')).toContain('problem+json');
  });

  test('says it of nothing else', async () => {
    const user = await gate.customer(5);
    for (const path of ['out-of-paper', 'nowhere'])
      expect((await gate.post(path, { user })).headers.get('content-type')).toMatch(/^application\/json/);
  });
});
