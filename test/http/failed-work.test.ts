import { Body, Controller, Injectable, Post, UseGuards, type CanActivate } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IsString } from 'class-validator';
import { DataSource } from 'typeorm';
import { CreditsModule, RequireCredits } from '../../src/credits/index.js';
import { ProblemException } from '../../src/problems/problem.exception.js';
import { userOf } from '../../src/identity/index.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { PRICES, openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

class JobDto {
  @IsString()
  title: string;
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller('jobs')
class JobController {
  @Post()
  @RequireCredits('premium_export')
  work(@Body() { title }: JobDto): { title: string } {
    if (title === 'damaged') throw new ProblemException('file_corrupt', 'It ends too early.');
    if (title === 'broken') throw new Error('a bug');
    return { title };
  }

  @Post('guarded')
  @UseGuards(RefusingGuard)
  @RequireCredits('premium_export')
  guarded(): void {}
}

describe('paid work that fails', () => {
  let database: TestDatabase;
  let books: OpenCredits;
  let toy: OpenApp;
  let alice: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    books = await openCredits(database.url);
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    toy = await openApp({
      controllers: [JobController],
      imports: [CreditsModule.forRoot({ prices: PRICES, dataSource, userOf })],
      variables: { CREDIT_TOPUP_URL: 'https://shop.example/credits' },
      databaseUrl: database.url,
    });
    alice = { ...(await signedIn('alice')), 'content-type': 'application/json' };
    await books.credits.grant({ userId: 'alice', credits: 20, reason: 'bought', actor: 'test' });
    const { app } = toy;
    toy.close = async () => {
      await app.close();
      await dataSource.destroy();
    };
  });

  afterAll(async () => {
    await books.check();
    await toy.close();
    await books.close();
    await database.drop();
  });

  const post = async (path: string, body: object) => {
    const response = await fetch(toy.url + path, {
      method: 'POST',
      headers: alice,
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };

  test.each([
    ['refuses its input', '/api/jobs', { title: 'damaged' }, 422, 'file_corrupt'],
    ['has a bug', '/api/jobs', { title: 'broken' }, 500, 'internal'],
    ['is refused by a pipe', '/api/jobs', { title: 7 }, 400, 'validation_failed'],
    ['is refused by a guard after the hold', '/api/jobs/guarded', {}, 403, 'forbidden'],
  ])(
    'says that it costs nothing, and it costs nothing, when it %s',
    async (_name, path, input, status, code) => {
      const before = await books.credits.balance('alice');
      const answer = await post(path, input);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
      const { available, held, balance, version } = await books.credits.balance('alice');
      expect(answer.body['credits']).toMatchObject({ charged: 0, available, held, balance, version });
      expect(answer.body['credits']).not.toHaveProperty('entryId');
      expect(answer.headers.has('x-credits-charged')).toBe(false);
      expect([available, held, balance]).toEqual([before.available, 0, before.balance]);
    },
  );

  test('holds nothing for a body that cannot be read', async () => {
    const { version } = await books.credits.balance('alice');
    const response = await fetch(`${toy.url}/api/jobs`, {
      method: 'POST',
      headers: alice,
      body: '{"title":',
    });
    expect([response.status, (await books.credits.balance('alice')).version]).toEqual([400, version]);
  });

  test('that nobody can pay for says how much is missing and where there is more', async () => {
    expect((await post('/api/jobs', { title: 'fine' })).status).toBe(201);
    const { status, body } = await post('/api/jobs', { title: 'fine' });
    const { version } = await books.credits.balance('alice');
    expect([status, body]).toEqual([
      402,
      expect.objectContaining({
        code: 'insufficient_credits',
        action: 'premium_export',
        required: 15,
        available: 5,
        held: 0,
        shortfall: 10,
        balanceVersion: version,
        topUpUrl: 'https://shop.example/credits',
      }),
    ]);
    expect(body).not.toHaveProperty('credits');
  });
});
