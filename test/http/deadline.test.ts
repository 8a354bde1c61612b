import { Body, Controller, Get, Post, Res, StreamableFile } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IsString } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DataSource } from 'typeorm';
import { CreditsModule, CurrentWork, RequireCredits, type Work } from '../../src/credits/index.js';
import { mayLast } from '../../src/routes/may-last.js';
import { userOf } from '../../src/identity/index.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { PRICES, openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sendRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';

const LIMIT_MS = 500;

/** What hangs until the test lets it go on. */
class Gate {
  open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

let gate = new Gate();
let endings: string[] = [];

class JobDto {
  @IsString()
  title: string;
}

@Controller('jobs')
class JobController {
  @Post()
  @RequireCredits('premium_export')
  async work(@Body() { title }: JobDto): Promise<{ title: string }> {
    await gate.passed;
    if (title === 'broken') throw new Error('a bug, too late');
    return { title };
  }

  @Post('stored')
  @RequireCredits('premium_export')
  async stored(@CurrentWork() work: Work, @Body() { title }: JobDto): Promise<unknown> {
    await gate.passed;
    return work.finish({ title }).catch((error: Error) => {
      endings.push(error.name);
      throw error;
    });
  }

  @Get('lasting')
  async lasting(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ title: string }> {
    mayLast(reply);
    await gate.passed;
    return { title: 'all of it' };
  }

  @Get('slowly')
  slowly(@Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    void reply.header('x-begun', 'yes');
    return new StreamableFile(
      Readable.from(
        (async function* () {
          yield 'first, ';
          await gate.passed;
          yield 'then the rest';
        })(),
      ),
    );
  }
}

describe('a request that takes too long', () => {
  let database: TestDatabase;
  let books: OpenCredits;
  let dataSource: DataSource;
  let toy: OpenApp;
  let alice: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    books = await openCredits(database.url);
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    toy = await openApp({
      controllers: [JobController],
      imports: [CreditsModule.forRoot({ prices: PRICES, dataSource, userOf })],
      variables: { RATE_LIMIT_PER_MINUTE: '0' },
      databaseUrl: database.url,
      patience: { requestLimitMs: LIMIT_MS },
    });
    alice = { ...(await signedIn('alice')), 'content-type': 'application/json' };
    await books.credits.grant({ userId: 'alice', credits: 20, reason: 'bought', actor: 'test' });
  });

  afterAll(async () => {
    await toy.close();
    await dataSource.destroy();
    await books.check();
    await books.close();
    await database.drop();
  });

  const post = (path: string, title: string, headers = {}) => {
    gate = new Gate();
    const body = JSON.stringify({ title });
    return fetch(`${toy.url}/api/jobs${path}`, { method: 'POST', headers: { ...alice, ...headers }, body });
  };
  const wallet = async () => {
    const { balance, held } = await books.credits.balance('alice');
    return { balance, held };
  };
  const lastHold = async () => {
    const [hold] = await dataSource.query(
      'SELECT state, reason FROM credits.holds ORDER BY created_version DESC LIMIT 1',
    );
    return hold as unknown;
  };

  test('is answered 503 and costs nothing, whatever its handler hangs on', async () => {
    const response = await post('', 'hangs');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({
      code: 'credits_unavailable',
      detail: expect.stringContaining('0.5 seconds'),
      credits: { charged: 0, available: 20, held: 0, balance: 20 },
    });
    expect(await wallet()).toEqual({ balance: 20, held: 0 });
    expect(await lastHold()).toEqual({ state: 'released', reason: 'the request took too long' });
    gate.open();
  });

  test('and whose handler succeeds after that is not charged and stores nothing', async () => {
    const response = await post('/stored', 'late', { 'idempotency-key': 'late-success' });
    expect(response.status).toBe(503);
    endings = [];
    gate.open();
    await until(() => endings.length > 0);
    expect(endings).toEqual(['HoldAlreadyResolvedError']);
    expect(await wallet()).toEqual({ balance: 20, held: 0 });
    const { rows } = await books.pool.query('SELECT FROM credits.answers');
    expect(rows).toEqual([]);
  });

  test('and whose handler fails after that leaves the connection to the next request', async () => {
    const socket = connect(toy.port, '127.0.0.1');
    const head = ['authorization', 'content-type'].map((name) => `${name}: ${alice[name]}\r\n`).join('');
    const ask = (title: string, close: string) => {
      const body = JSON.stringify({ title });
      const length = `content-length: ${body.length}\r\n`;
      socket.write(`POST /api/jobs HTTP/1.1\r\nhost: x\r\n${head}${length}${close}\r\n${body}`);
    };
    gate = new Gate();
    let answers = '';
    socket.on('data', (chunk) => (answers += String(chunk)));
    ask('broken', '');
    await until(() => answers.includes('503'));
    gate.open();
    await until(() => toy.log.some(({ err }) => (err as Error | undefined)?.message === 'a bug, too late'));
    ask('next', 'connection: close\r\n');
    await until(() => socket.readableEnded);
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 201']);
    expect(await wallet()).toEqual({ balance: 5, held: 0 });
  });

  test('to send its body is answered 408, without a hold', async () => {
    const { version } = await books.credits.balance('alice');
    const lines = ['POST /api/jobs HTTP/1.1', 'host: x', `authorization: ${alice['authorization']}`];
    const head = [...lines, 'content-type: application/json', 'content-length: 20'].join('\r\n');
    const { status, headers, text: body } = await sendRaw(toy.port, `${head}\r\n\r\n{"title":`);
    expect([status, headers.get('connection'), JSON.parse(body).code]).toEqual([
      408,
      'close',
      'request_timeout',
    ]);
    expect((await books.credits.balance('alice')).version).toBe(version);
  });

  test('because its work has limits of its own is waited for', async () => {
    gate = new Gate();
    const asked = fetch(`${toy.url}/api/jobs/lasting`, { headers: alice });
    const begun = performance.now();
    await until(() => performance.now() - begun > 2 * LIMIT_MS);
    gate.open();
    const response = await asked;
    expect([response.status, await response.json()]).toEqual([200, { title: 'all of it' }]);
  });

  test('to be received is none of these: an answer that has begun may last', async () => {
    gate = new Gate();
    const response = await fetch(`${toy.url}/api/jobs/slowly`, { headers: alice });
    const begun = performance.now();
    await until(() => performance.now() - begun > 2 * LIMIT_MS);
    gate.open();
    expect(await text(Readable.fromWeb(response.body as never))).toBe('first, then the rest');
  });
});
