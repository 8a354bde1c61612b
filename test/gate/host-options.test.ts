import { describe, expect, test } from '@jest/globals';
import { Controller, Get, HttpCode, Post, Sse } from '@nestjs/common';
import { of } from 'rxjs';
import {
  CreditsService,
  CurrentWork,
  RequireCredits,
  type Hold,
  type Work,
} from '../../src/credits/index.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

interface WithUser {
  headers: Record<string, string>;
}

/** Each of them says who the user of the test is, in another form. */
const said: Record<string, (user: string) => unknown> = {
  plainly: (user) => user,
  later: (user) => Promise.resolve(user),
  'with an actor': (wallet) => ({ wallet, actor: 'a colleague' }),
  nobody: () => undefined,
  null: () => null,
  'a number': () => 70_000_000_007,
  'an empty text': () => '',
  'an object': () => ({ wallet: { id: 7 } }),
  'no number': () => NaN,
};

@Controller()
class HostController {
  @Post('plan')
  @RequireCredits('tick')
  plan() {
    return { credits: 5, plan: 'pro' };
  }

  @Post('speech')
  @RequireCredits('tick')
  speak() {
    return { audio: 'HELLO' };
  }

  @Post('job')
  @HttpCode(202)
  @RequireCredits('render')
  async enqueue(@CurrentWork() work: Work) {
    return { job: await work.handOver({ ttlSeconds: 600 }) };
  }

  @Post('lost-job')
  @RequireCredits('render')
  async lose(@CurrentWork() work: Work) {
    await work.handOver({ ttlSeconds: 600 });
    throw new Error('the queue is away');
  }

  @Sse('told')
  @RequireCredits('tick', { creditsEvent: true })
  tell() {
    return of({ data: 'a' }, { data: 'b' });
  }

  @Get('untold')
  @RequireCredits('tick')
  untold() {
    return 'a';
  }
}

const userOf = ({ headers }: WithUser) => said[headers['x-says'] ?? 'plainly']!(headers['x-user']!) as string;

describe.each(adapters)('the host of a gate on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [HostController], module: { userOf } });
  const ask = (user: string, says: string, key = {}) =>
    gate.post('speech', { user, headers: { 'x-says': says, ...key } });

  test('says who pays, at once or later, and who acts', async () => {
    const user = await gate.customer(10);
    for (const says of ['plainly', 'later', 'with an actor']) {
      expect((await ask(user, says)).status).toBe(201);
    }
    const { data } = await gate.books.credits.history(user, { kind: 'charge' });
    expect(data.map(({ actor }) => actor)).toEqual(['a colleague', null, null]);
  });

  test('may say a number; nobody is 401, and what names no wallet is its own fault', async () => {
    const user = await gate.customer(10);
    expect((await ask(user, 'a number')).body).toMatchObject({ code: 'insufficient_credits' });
    for (const says of ['nobody', 'null']) expect((await ask(user, says)).status).toBe(401);
    for (const says of ['an empty text', 'an object', 'no number'])
      expect((await ask(user, says)).status).toBe(500);
    expect(await gate.wallet(user)).toEqual({ balance: 10, held: 0, charges: [] });
  });

  test('loses no member of its answer to ours', async () => {
    const user = await gate.customer(10);
    const { body, headers } = await gate.post('plan', { user });
    expect(body).toEqual({ credits: 5, plan: 'pro' });
    expect(headers.get('x-credits-charged')).toBe('1');
  });

  test('hands work over, which is charged to whoever continues it', async () => {
    const user = await gate.customer(20);
    const headers = { 'idempotency-key': `job-of-${user}` };
    const answer = await gate.post('job', { user, headers });
    expect(answer).toMatchObject({ status: 202, body: { credits: { charged: 0, held: 15, available: 5 } } });
    expect(await gate.wallet(user)).toEqual({ balance: 20, held: 15, charges: [] });
    const holdId = answer.body['job'] as string;
    await gate.foreign.app
      .get(CreditsService)
      .spend({ userId: user, action: 'render', holdId }, () => undefined);
    expect(await gate.wallet(user)).toEqual({ balance: 5, held: 0, charges: [-15] });
    expect((await gate.post('job', { user, headers })).body).toEqual(answer.body);
  });

  test('has the credits back when it fails after handing over', async () => {
    const user = await gate.customer(20);
    expect((await gate.post('lost-job', { user })).status).toBe(500);
    expect(await gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
  });

  test('has a last event that says what was charged, where it wants one', async () => {
    const user = await gate.customer(20);
    const text = await (await fetch(`${gate.foreign.url}/told`, { headers: { 'x-user': user } })).text();
    const last = text.trim().split('\n\n').at(-1)!;
    expect(last).toContain('event: credits');
    expect(JSON.parse(/data: (.*)/.exec(last)![1]!)).toMatchObject({ charged: 1, available: 19 });
    expect(await gate.wallet(user)).toEqual({ balance: 19, held: 0, charges: [-1] });
  });
});

describe.each(adapters)('a host on %s that names its requests by their holds', (adapter) => {
  const told: unknown[] = [];
  const onHold = ({ id }: Hold, request: WithUser, response: { statusCode: number }) =>
    void told.push([id, request.headers['x-user'], response.statusCode]);
  const gate = Gate.onEach(adapter, { controllers: [HostController], module: { onHold } });

  test('is told of each before its handler, and of none that is repeated or refused', async () => {
    const user = await gate.customer(1);
    const keyed = { user, headers: { 'idempotency-key': `spoken-${user}` } };
    const { body } = await gate.post('speech', keyed);
    expect(told.splice(0)).toEqual([[body.credits!['holdId'], user, expect.any(Number)]]);
    expect((await gate.post('speech', keyed)).body).toEqual(body);
    expect((await gate.post('speech', { user })).status).toBe(402);
    expect(told).toEqual([]);
  });
});

describe('a host that wants another word', () => {
  const module = { answerMember: 'billing' };
  const gate = Gate.onEach('fastify', { controllers: [HostController], module });

  test('has it', async () => {
    const user = await gate.customer(10);
    const { body } = await gate.post('plan', { user });
    expect(body).toMatchObject({ credits: 5, plan: 'pro', billing: { charged: 1 } });
  });
});

describe('a host that wants none', () => {
  const gate = Gate.onEach('fastify', { controllers: [HostController], module: { answerMember: false } });

  test('has none', async () => {
    const user = await gate.customer(10);
    const { body, headers } = await gate.post('speech', { user });
    expect([body, headers.get('x-credits-charged')]).toEqual([{ audio: 'HELLO' }, '1']);
  });
});
