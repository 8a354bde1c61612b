import { describe, expect, test } from '@jest/globals';
import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { CreditsClient } from '../../src/client/index.js';
import { CREDIT_HEADERS } from '../../src/credits/index.js';
import { CreditsHttpModule } from '../../src/credits-http/index.js';
import { adapters } from '../gate/foreign-app.js';
import { Gate } from '../gate/gate-harness.js';
import { until } from '../support/until.js';

const PAGE = 'https://app.example.com';

interface Request {
  headers: Record<string, string | undefined>;
  user?: { id: string };
}

/** As passport does it: who is signed in stands on the request. */
@Injectable()
class Bearers implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    http.getResponse<{ header(name: string, value: string): unknown }>().header('x-let-in-by', 'Bearers');
    const [, id] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
    if (id === undefined) throw new UnauthorizedException();
    request.user = { id };
    return true;
  }
}

function setUp(app: INestApplication): void {
  app.setGlobalPrefix('api/v2');
  app.enableCors({
    origin: PAGE,
    exposedHeaders: CREDIT_HEADERS.exposed,
    allowedHeaders: ['Authorization', 'Content-Type', ...CREDIT_HEADERS.allowed],
  });
}

describe.each(adapters)('a host on %s with a guard for all, a prefix and pages elsewhere', (adapter) => {
  const gate = Gate.onEach(adapter, {
    imports: [CreditsHttpModule],
    providers: [{ provide: APP_GUARD, useClass: Bearers }],
    module: { userOf: (request: Request) => request.user?.id },
    setUp,
  });
  const url = (path: string) => `${gate.foreign.url}/api/v2/${path}`;
  const clientOf = (token?: string, onSignedOut?: () => void) =>
    new CreditsClient({ url: url('credits'), token: () => token, onSignedOut });
  const ask = (path: string, headers: Record<string, string>, body?: object) =>
    fetch(url(path), {
      headers: { origin: PAGE, 'content-type': 'application/json', ...headers },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });

  test('lets its users read and pay', async () => {
    const user = await gate.customer(20);
    const client = clientOf(user);
    const stop = client.live.follow();
    await until(() => client.live.get().connection === 'live');
    expect(await client.balance()).toMatchObject({ available: 20 });
    expect((await client.prices()).prices).toContainEqual({ action: 'render', credits: 15 });
    expect(await client.quote({ action: 'render' })).toMatchObject({ credits: 15, availableAfter: 5 });
    await client.call(url('speech'), { json: { text: 'hello' } });
    expect((await client.history({ kind: 'charge' })).data).toMatchObject([{ amount: -7 }]);
    const { id } = await gate.books.credits.hold({ userId: user, action: 'elsewhere', credits: 2 });
    expect(await client.holds('held')).toMatchObject([{ id, amount: 2 }]);
    await until(() => client.live.get().known!.available === 11);
    await gate.books.credits.release({ holdId: id });
    stop();
  });

  test('lets nobody else in, and its own word for that is understood', async () => {
    let times = 0;
    const stranger = clientOf(undefined, () => (times += 1));
    for (const reading of [() => stranger.balance(), () => stranger.prices(), () => stranger.holds()])
      await expect(reading()).rejects.toMatchObject({ status: 401, message: 'The server answered 401.' });
    await expect(stranger.call(url('speech'), { json: {} })).rejects.toMatchObject({ status: 401 });
    expect(times).toBe(4);
  });

  test('shows our headers to pages of another origin, with a key and without one', async () => {
    const user = await gate.customer(14);
    const authorization = `Bearer ${user}`;
    const preflight = await fetch(url('speech'), {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'idempotency-key,x-max-credits',
      },
    });
    expect(preflight.status).toBe(204);
    const allowed = preflight.headers.get('access-control-allow-headers')!.toLowerCase();
    for (const name of CREDIT_HEADERS.allowed) expect(allowed).toContain(name.toLowerCase());

    const seen = async (path: string, headers: Record<string, string> = {}, body?: object) => {
      const response = await ask(path, { authorization, ...headers }, body);
      if (path.endsWith('stream')) await response.body!.cancel();
      expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(response.headers.get('x-let-in-by')).toBe('Bearers');
      const exposed = response.headers.get('access-control-expose-headers')!.split(/, ?/);
      expect(exposed).toEqual(expect.arrayContaining(CREDIT_HEADERS.exposed));
      const shown = exposed.filter((name) => response.headers.has(name)).sort();
      return [response.status, ...shown];
    };
    const speech = { text: 'hello' };
    const [paid, dear] = [randomUUID(), randomUUID()].map((key) => ({ 'idempotency-key': key }));
    const charged = ['X-Credits-Charged', 'X-Credits-Remaining'];
    expect(await seen('speech', {}, speech)).toEqual([201, ...charged]);
    expect(await seen('speech', paid, speech)).toEqual([201, ...charged]);
    expect(await seen('speech', paid, speech)).toEqual([201, 'Idempotent-Replayed', ...charged]);
    expect(await seen('speech', {}, speech)).toEqual([402]);
    expect(await seen('speech', dear, speech)).toEqual([402]);
    expect(await seen('speech', dear, speech)).toEqual([402, 'Idempotent-Replayed']);
    for (const path of ['credits', 'credits/stream', 'credits/history'])
      expect(await seen(path)).toEqual([200]);
  });
});
