import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CreditsModule, CreditsService } from 'creditgate';
import { expectBooksSum, race } from 'creditgate/testing';
import { DataSource } from 'typeorm';
import { ExportController } from './export.controller';

let dataSource: DataSource;
let app: INestApplication;

beforeAll(async () => {
  dataSource = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();
  const prices = { text_to_speech: 50 };
  const module = await Test.createTestingModule({
    imports: [CreditsModule.forRoot({ dataSource, prices, userOf: () => 'racer' })],
    controllers: [ExportController],
    providers: [{ provide: DataSource, useValue: dataSource }],
  }).compile();
  app = module.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await app.close();
  await dataSource.destroy();
});

/** Eight clients at once of somebody who can pay for four. */
async function raceFor(path: string) {
  const credits = app.get(CreditsService);
  const { balance } = await credits.balance('racer');
  await credits.adjust({ userId: 'racer', credits: 200 - balance || 1, reason: 'a new race', actor: 'test' });
  const url = `${await app.getUrl()}/${path}`;
  return race(8, () => fetch(url, { method: 'POST' }), { client: dataSource, userId: 'racer', credits: 50 });
}

test('a race on an endpoint that reads and then writes finds what it gives away', async () => {
  await expect(raceFor('read-then-write')).rejects.toThrow(
    /8 of 8 calls at once succeeded, .* racer paid \d+/,
  );
});

test('a race on an endpoint that holds first passes, and four of eight are answered', async () => {
  const results = await raceFor('hold-then-work');
  const statuses = results.map((result) => (result.status === 'fulfilled' ? result.value.status : 0));
  expect(statuses.sort()).toEqual([201, 201, 201, 201, 402, 402, 402, 402]);
  await expectBooksSum(dataSource);
});
