import { Controller, Get, Header, Req, Res, StreamableFile } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { nameByHold } from '../../src/http/request-id.js';
import { Readiness } from '../../src/watch/readiness.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { undecidedRoutes } from '../support/routes.js';
import { until } from '../support/until.js';
import { ToyController } from './toy.controller.js';

const HOLD = '0199a1c2-7c1e-7f00-8a55-3d1c9b7e4f02';

@Controller('paid')
class PaidController {
  @Get('and-broken')
  breaks(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    nameByHold({ id: HOLD }, request, reply);
    throw new Error('after the hold');
  }
}

@Controller('streams')
class StreamController {
  @Get('breaks-at-once')
  @Header('content-disposition', 'attachment')
  @Header('etag', '"1"')
  breaksAtOnce(): StreamableFile {
    throw new Error('before a byte');
  }

  @Get('breaks-later')
  breaksLater(): StreamableFile {
    const file = Readable.from(
      (async function* () {
        yield Buffer.from('half of');
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('after some bytes');
      })(),
    );
    return new StreamableFile(file);
  }

  @Get('raw')
  raw(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.end('past Fastify');
  }
}

describe('every answer', () => {
  let database: TestDatabase;
  let toy: OpenApp;
  let alice: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    toy = await openApp({
      controllers: [ToyController, StreamController, PaidController],
      databaseUrl: database.url,
    });
    alice = await signedIn('alice');
  });

  afterAll(async () => {
    await toy.close();
    await database.drop();
  });

  const get = (path: string, headers: Record<string, string> = alice) => fetch(toy.url + path, { headers });

  test('carries the id of its request, and the client’s own where it is fit for a log', async () => {
    const idOf = async (offered: string, path = '/api/toys/me') =>
      (await get(path, { ...alice, 'x-request-id': offered })).headers.get('x-request-id');
    for (const path of [
      '/api/toys/me',
      '/api/nothing',
      '/%zz',
      '/openapi.json',
      '/api/streams/raw',
      '/health/live',
    ]) {
      expect(await idOf('checkout-2026.11_23', path)).toBe('checkout-2026.11_23');
    }
    for (const offered of ['short', 'a'.repeat(129), 'with space', 'quote"quote', '{"level":60}']) {
      expect(await idOf(offered)).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect((await get('/api/toys/me')).headers.get('x-request-id')).not.toBe(await idOf(''));
  });

  test('to what is paid for, and its lines in the log, go by its hold, unless the client chose an id', async () => {
    const idsOf = async (headers: Record<string, string>) => {
      const answer = await get('/api/paid/and-broken', headers);
      return [answer.headers.get('x-request-id'), ((await answer.json()) as { requestId: string }).requestId];
    };
    expect(await idsOf(alice)).toEqual([HOLD, HOLD]);
    const levelsOf = (id: string) => toy.log.filter(({ reqId }) => reqId === id).map(({ level }) => level);
    await until(() => levelsOf(HOLD).length > 1);
    expect(levelsOf(HOLD)).toEqual([50, 30]);
    expect(await idsOf({ ...alice, 'x-request-id': 'checkout-17' })).toEqual(['checkout-17', 'checkout-17']);
  });

  test('is told to run nothing that is not ours', async () => {
    const policy = async (path: string) => (await get(path)).headers.get('content-security-policy');
    for (const path of ['/api/toys/me', '/api/toys/broken', '/nothing', '/openapi.json']) {
      expect(await policy(path)).toBe(
        "default-src 'self'; media-src 'self' blob:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'",
      );
    }
  });

  test('describes the API compressed, and once to a client that keeps it', async () => {
    const get = (headers: Record<string, string>) => fetch(`${toy.url}/openapi.json`, { headers });
    const whole = await get({ 'accept-encoding': 'identity' });
    const length = Number(whole.headers.get('content-length'));
    for (const encoding of ['br', 'gzip']) {
      const { headers } = await get({ 'accept-encoding': `deflate, ${encoding};q=0.5` });
      expect([headers.get('content-encoding'), headers.get('vary')]).toEqual([encoding, 'Accept-Encoding']);
      expect(Number(headers.get('content-length'))).toBeLessThan(length / 4);
    }
    const refusing = await get({ 'accept-encoding': 'br;q=0, gzip;q=0.0' });
    expect(refusing.headers.get('content-encoding')).toBeNull();
    const again = await get({ 'if-none-match': whole.headers.get('etag')! });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('to a broken promise is a problem and nothing of what was promised', async () => {
    const response = await get('/api/streams/breaks-at-once');
    expect([
      response.status,
      response.headers.get('content-disposition'),
      response.headers.get('etag'),
    ]).toEqual([500, null, null]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('that breaks on its way ends in a broken connection, never in half a file that looks whole', async () => {
    const response = await get('/api/streams/breaks-later');
    await expect(response.text()).rejects.toThrow();
    expect((await get('/health/live')).status).toBe(200);
  });

  test('leaves one line in the log, with who, what and how long, and without secrets', async () => {
    const secretly = { ...alice, 'x-request-id': 'logged-once' };
    await get('/api/toys/things/7?token=secret', secretly);
    const lines = () => toy.log.filter(({ reqId }) => reqId === 'logged-once');
    await until(() => lines().length > 0);
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.any(String),
        reqId: 'logged-once',
        method: 'GET',
        route: '/api/toys/things/:id',
        status: 400,
        ms: expect.any(Number),
        user: 'alice',
        msg: 'request',
      },
    ]);
    expect(JSON.stringify(toy.log)).not.toMatch(/token=|Bearer|eyJ/);
  });

  test('of a failure leaves its stack in the log, by the id of the request', async () => {
    const response = await get('/api/toys/broken', { ...alice, 'x-request-id': 'broken-request' });
    expect(await response.text()).not.toContain('vault');
    const logged = toy.log.find(({ reqId, level }) => reqId === 'broken-request' && level === 50);
    expect(logged!['err']).toMatchObject({
      message: 'SELECT secret FROM vault',
      stack: expect.stringContaining('toy.controller'),
    });
  });

  test('is measured by the route and not by the address', async () => {
    await get('/api/toys/things/7');
    await get('/api/nowhere-in-particular');
    const text = await (await get('/metrics', {})).text();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/toys\/things\/:id",status="400"\} \d/,
    );
    expect(text).toMatch(/route="\(none\)",status="404"/);
    expect(text).not.toContain('nowhere-in-particular');
    expect(text).toContain('process_resident_memory_bytes');
  });

  test('to a stranger is 401 unless the route is public', async () => {
    const open =
      /^\/(health\/(live|ready)|metrics|problems\/:problem|openapi\.json)$|^\/api\/toys\/open(-but-asks)?$/;
    expect(await undecidedRoutes(toy.app, open)).toEqual([]);
    const forgotten = (await undecidedRoutes(toy.app)).map((line) => line.split(' ')[1]);
    expect(new Set(forgotten)).toEqual(new Set(['/api/toys/open', '/api/toys/open-but-asks']));
  });

  test('about the routes themselves names every one of ours, and a bearer token', async () => {
    const description = (await (await get('/openapi.json', {})).json()) as {
      paths: object;
      security: object;
    };
    expect(Object.keys(description.paths)).toContain('/api/toys/things/{id}');
    expect(description.security).toEqual([{ bearer: [] }]);
  });
});

describe('a probe', () => {
  test('hears that the process lives, and whether the database answers', async () => {
    const database = await createTestDatabase();
    const toy = await openApp({ databaseUrl: database.url });
    const ready = async () => {
      const started = performance.now();
      const response = await fetch(`${toy.url}/health/ready`);
      expect(performance.now() - started).toBeLessThan(2000);
      const { checks } = (await response.json()) as { checks: Record<string, boolean> };
      return [response.status, checks] as const;
    };
    expect(await ready()).toEqual([200, { database: true }]);
    toy.app.get(Readiness).add('listener', () => false);
    toy.app.get(Readiness).add('other', () => Promise.reject(new Error('no')));
    expect(await ready()).toEqual([503, { database: true, listener: false, other: false }]);
    await database.drop();
    await until(async () => (await ready())[1].database === false, 2_000);
    expect((await fetch(`${toy.url}/health/live`)).status).toBe(200);
    await toy.close();
  });

  test('hears no while the process closes', async () => {
    const readiness = new Readiness();
    expect((await readiness.report()).ready).toBe(true);
    readiness.onModuleDestroy();
    expect((await readiness.report()).ready).toBe(false);
  });
});
