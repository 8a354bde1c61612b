import { Test } from '@nestjs/testing';
import { CreditsGuard, CreditsInterceptor, CreditsService } from 'creditgate';
import { CreditsClient } from 'creditgate/client';
import { CreditsHttpModule } from 'creditgate/http';
import { CreditsTestingModule, TestCredits } from 'creditgate/testing';
import { SpeechController } from './speech.controller';

test('a paid controller is tried with the test kit', async () => {
  const options = { prices: { text_to_speech: 50 }, wallets: { alice: 60 }, userOf: () => 'alice' };
  const module = await Test.createTestingModule({
    imports: [CreditsTestingModule.forRoot(options)],
    controllers: [SpeechController],
  }).compile();
  const app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  const speak = async () => (await fetch(`${await app.getUrl()}/speech`, { method: 'POST' })).status;
  expect([await speak(), await speak()]).toEqual([201, 402]);
  app.get(TestCredits).expectCharged('alice', 50);
  app.get(TestCredits).expectNothingHeld('alice');
  expect(app.get(CreditsService)).toBe(app.get(TestCredits));
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

test('what a user reads is tried with the test kit, through the client', async () => {
  const options = { prices: { text_to_speech: 50 }, wallets: { alice: 60 }, userOf: () => 'alice' };
  const module = await Test.createTestingModule({
    imports: [CreditsTestingModule.forRoot(options), CreditsHttpModule.forRoot()],
    controllers: [SpeechController],
  }).compile();
  const app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  const client = new CreditsClient({ url: `${await app.getUrl()}/credits` });
  const told = new Promise<number>((resolve) => {
    client.live.watch(({ known }) => known!.available < 60 && resolve(known!.available));
  });
  const stop = client.live.follow();
  expect(await client.balance()).toMatchObject({ available: 60 });
  await app.get(CreditsService).charge({ userId: 'alice', action: 'text_to_speech' });
  expect(await told).toBe(10);
  expect((await client.history({ kind: 'charge' })).data).toHaveLength(1);
  expect(await client.holds()).toEqual([]);
  stop();
  await app.close();
});
