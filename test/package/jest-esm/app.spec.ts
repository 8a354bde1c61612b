import { expect, test } from '@jest/globals';
import { Controller, Post, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CreditsGuard, CreditsInterceptor, CreditsModule, CreditsService, RequireCredits } from 'creditgate';
import { CreditsTestingModule, TestCredits, expectBooksSum, race } from 'creditgate/testing';
import pg from 'pg';
import { adapter } from './adapter.js';

@Controller('speech')
class SpeechController {
  @Post()
  @RequireCredits('text_to_speech')
  speak() {
    return { audio: 'A' };
  }
}

const options = { prices: { text_to_speech: 50 }, userOf: () => 'tested' };

async function start(credits: DynamicModule) {
  const module = await Test.createTestingModule({
    imports: [credits],
    controllers: [SpeechController],
  }).compile();
  const app = module.createNestApplication(adapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, speak: () => fetch(`${url}/speech`, { method: 'POST' }) };
}

test('a paid controller is tried with the test kit', async () => {
  const { app, speak } = await start(CreditsTestingModule.forRoot({ ...options, wallets: { tested: 60 } }));
  expect([(await speak()).status, (await speak()).status]).toEqual([201, 402]);
  app.get(TestCredits).expectCharged('tested', 50);
  app.get(TestCredits).expectNothingHeld('tested');
  await app.close();
});

test('a paid controller is tried without it, its gate replaced', async () => {
  const module = await Test.createTestingModule({ controllers: [SpeechController] })
    .overrideGuard(CreditsGuard)
    .useValue({ canActivate: () => true })
    .overrideInterceptor(CreditsInterceptor)
    .useValue({ intercept: (_context: unknown, next: { handle(): unknown }) => next.handle() })
    .compile();
  expect(module.get(SpeechController).speak()).toEqual({ audio: 'A' });
});

test('a paid controller is tried without it, on the database itself', async () => {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
  const { app, speak } = await start(CreditsModule.forRoot({ ...options, pool }));
  const by = { reason: 'to begin with', actor: 'test' };
  await app.get(CreditsService).grant({ userId: 'tested', credits: 100, ...by });
  const results = await race(4, speak, { client: pool, userId: 'tested', credits: 50 });
  const statuses = results.map((result) => (result.status === 'fulfilled' ? result.value.status : 0));
  expect(statuses.sort()).toEqual([201, 201, 402, 402]);
  await expectBooksSum(pool);
  await app.close();
  await pool.end();
});
