import 'reflect-metadata';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Controller, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import {
  CreditsModule,
  CreditsService,
  OnCreditsEvent,
  type CreditsEvent,
  type EventsOptions,
} from '../../src/credits/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { SECRET } from './open-events.js';
import { Receiver } from './receiver.js';

// A host without a server, such as a worker: its providers hear what happens, from the door of the package.

const heard: CreditsEvent[] = [];
let failures = 0;

@Injectable()
class Mails {
  readonly sent: string[] = [];

  @OnCreditsEvent('balance.low', 'balance.exhausted')
  async remind(event: CreditsEvent): Promise<void> {
    await Promise.resolve();
    heard.push(event);
    if (failures-- > 0) throw new TypeError(`the post office does not know ${String(event.data.userId)}`);
    this.sent.push(event.id);
  }
}

@Controller()
class Board {
  readonly notes: string[] = [];

  @OnCreditsEvent('balance.low')
  note({ id }: CreditsEvent): void {
    this.notes.push(id);
  }
}

const running: { app: INestApplicationContext; sql: pg.Client; database: TestDatabase }[] = [];

async function openHost(events?: EventsOptions) {
  const database = await createTestDatabase();
  @Module({
    imports: [
      CreditsModule.forRoot({ pool: { connectionString: database.url }, prices: { work: 1 }, events }),
    ],
    providers: [Mails],
    controllers: [Board],
  })
  class Host {}
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  const app = await NestFactory.createApplicationContext(Host, { logger: false, abortOnError: false }).catch(
    async (error: unknown) => {
      await sql.end();
      await database.drop();
      throw error;
    },
  );
  running.push({ app, sql, database });
  const credits = app.get(CreditsService);
  const spendAll = async (userId: string, of = 30) => {
    await credits.grant({ userId, credits: of, reason: 'a test', actor: 'test' });
    await credits.charge({ userId, action: 'work', credits: of });
  };
  return { app, sql, spendAll };
}

afterEach(async () => {
  heard.length = 0;
  failures = 0;
  for (const { app, sql, database } of running.splice(0)) {
    await app.close();
    await sql.end();
    await database.drop();
  }
});

describe('a method with OnCreditsEvent', () => {
  test('hears what it asks for, on providers and controllers, with the data of a post', async () => {
    const { app, sql, spendAll } = await openHost();
    await spendAll('alice');
    await until(() => app.get(Mails).sent.length === 2 && app.get(Board).notes.length === 1);
    const low = heard.find(({ type }) => type === 'balance.low');
    expect(low).toEqual({
      id: app.get(Board).notes[0],
      type: 'balance.low',
      timestamp: expect.stringMatching(/Z$/),
      data: { userId: 'alice', balance: 0, below: 20 },
    });
    await until(
      async () => (await sql.query('SELECT FROM credits.events WHERE attempts = 0')).rowCount === 0,
    );
    const { rows } = await sql.query('SELECT channel, state, outcome FROM credits.events');
    expect(rows).toEqual(Array(2).fill({ channel: 'handler', state: 'delivered', outcome: 'heard' }));
  });

  test('that throws is told again with the same id, and what it said of anybody is not kept', async () => {
    const { app, sql, spendAll } = await openHost();
    failures = 1;
    await spendAll('alice', 15);
    await until(() => heard.length === 1);
    await until(
      async () => (await sql.query('SELECT FROM credits.events WHERE attempts = 1')).rowCount === 1,
    );
    const { rows } = await sql.query('SELECT state, outcome FROM credits.events');
    expect(rows).toEqual([{ state: 'waiting', outcome: 'TypeError' }]);
    await sql.query('UPDATE credits.outbox SET due_at = clock_timestamp()');
    await until(() => app.get(Mails).sent.length === 1);
    expect(heard.map(({ id }) => id)).toEqual([heard[0]!.id, heard[0]!.id]);
  });

  test('and a post are told apart: each has its own attempts under the one id', async () => {
    const receiver = await Receiver.open();
    receiver.answer = (response) => void response.writeHead(500).end();
    const { app, sql, spendAll } = await openHost({ url: receiver.url, secret: SECRET, lowBalance: 5 });
    await spendAll('alice', 15);
    await until(() => app.get(Mails).sent.length === 2 && receiver.received.length === 2);
    await until(
      async () => (await sql.query('SELECT FROM credits.events WHERE attempts = 0')).rowCount === 0,
    );
    const { rows } = await sql.query(
      'SELECT channel, state FROM credits.events GROUP BY channel, state ORDER BY channel',
    );
    expect(rows).toEqual([
      { channel: 'handler', state: 'delivered' },
      { channel: 'post', state: 'waiting' },
    ]);
    expect(receiver.received.map(({ id }) => id).sort()).toEqual(heard.map(({ id }) => id).sort());
    expect(receiver.received[0]!.body.data).toMatchObject({ userId: 'alice', balance: 0 });
    await receiver.close();
  });
});

test.each([
  [{ url: 'http://app.example/x', secret: SECRET }, 'https'],
  [{ url: 'https://me:mine@app.example', secret: SECRET }, 'https'],
  [{ url: 'https://app.example' }, 'secret'],
  [{ url: 'https://app.example', secret: 'whsec_short' }, 'whsec_'],
  [{ lowBalance: -1 }, 'lowBalance'],
  [{ expiryNoticeDays: 31 }, 'expiryNoticeDays'],
])('events that cannot be meant stop the start: %j', async (events: EventsOptions, word) => {
  await expect(openHost(events)).rejects.toThrow(new RegExp(`CreditsModule.forRoot: .*${word}`));
});

test('an event that there is not is refused where it is written down', () => {
  const mistaken = () => OnCreditsEvent('balance.high' as 'balance.low');
  expect(mistaken).toThrow('there is no event "balance.high"');
});
