import { describe, expect, test } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { Idempotent, RequireCredits, TwoGatesError } from '../../src/credits/index.js';
import { adapters, bootForeignApp } from './foreign-app.js';
import { Gate } from './gate-harness.js';

let runs = 0;

@Controller('listen')
class ListenController {
  @Get('paid')
  @RequireCredits('text_to_speech')
  paid() {
    runs += 1;
    return { audio: 'once' };
  }

  @Get('free')
  @RequireCredits(() => null)
  free() {
    runs += 1;
    return { audio: 'once' };
  }
}

describe.each(adapters)('a paid GET on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [ListenController] });
  const ask = (method: string, path: string, user: string, headers = {}) =>
    fetch(`${gate.foreign.url}/listen/${path}`, { method, headers: { 'x-user': user, ...headers } });

  test('costs nothing and does nothing as a HEAD', async () => {
    const user = await gate.customer(20);
    const before = runs;
    for (const headers of [{}, { 'idempotency-key': `head-${adapter}-1` }]) {
      const head = await ask('HEAD', 'paid', user, headers);
      expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET']);
    }
    expect(runs).toBe(before);
    expect(await gate.holds(user)).toEqual([]);
    expect(await gate.wallet(user)).toEqual({ balance: 20, held: 0, charges: [] });
    expect((await ask('HEAD', 'free', user)).status).toBe(200);
  });

  test('sends what it charges for, also to a client that says it has the like', async () => {
    const user = await gate.customer(20);
    // Not by fetch, which adds `cache-control: no-cache`.
    const headers = { 'x-user': user, 'if-none-match': '*' };
    const url = `${gate.foreign.url}/listen/paid`;
    const answer = await new Promise<IncomingMessage>((resolve) => get(url, { headers }, resolve));
    expect(answer.statusCode).toBe(200);
    expect(await json(answer)).toMatchObject({ audio: 'once', credits: { charged: 7 } });
    expect((await gate.wallet(user)).charges).toEqual([-7]);
  });
});

class Base {
  work() {}
}

function decorated(onClass: ClassDecorator[], onMethod: MethodDecorator[]): new () => object {
  @Controller('twice')
  class Twice extends Base {
    @Post()
    override work() {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Twice.prototype, 'work')!;
  for (const decorate of onMethod) decorate(Twice.prototype, 'work', descriptor);
  for (const decorate of onClass) decorate(Twice);
  return Twice;
}

describe('two gates on one endpoint', () => {
  const gate = Gate.onEach('fastify');
  const paid = () => RequireCredits('render');
  const free = () => Idempotent();

  test.each<[string, ClassDecorator[], MethodDecorator[]]>([
    ['Idempotent above RequireCredits', [], [paid(), free()]],
    ['RequireCredits above Idempotent', [], [free(), paid()]],
    ['RequireCredits twice', [], [paid(), paid()]],
    ['RequireCredits twice, one of them free for some', [], [paid(), RequireCredits(() => null)]],
    ['RequireCredits twice on the controller', [paid(), paid()], []],
    ['a free method of a paid controller', [paid()], [free()]],
    ['a paid method of a free controller', [free()], [paid()]],
  ])('stop the start, and it is named: %s', async (_name, onClass, onMethod) => {
    const start = bootForeignApp(gate.databaseUrl, 'fastify', {
      controllers: [decorated(onClass, onMethod)],
    });
    await expect(start).rejects.toThrow(TwoGatesError);
    await expect(start).rejects.toThrow(onMethod.length === 0 ? /^Twice has/ : /^Twice\.work has/);
  });

  test('are one where a method has another price than its controller', async () => {
    const controllers = [decorated([paid()], [RequireCredits('mixing')])];
    await (await bootForeignApp(gate.databaseUrl, 'fastify', { controllers })).close();
  });
});
