import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Module, Post, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { checkedOptions } from '../../src/credits/checked-options.js';
import { CreditsModule, RequireCredits, type CreditsOptions } from '../../src/credits/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const prices = { text_to_speech: 50 };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('the start refuses a paid endpoint where nothing says who pays', async () => {
  @Controller()
  class Paid {
    @Post('speech')
    @RequireCredits('text_to_speech')
    speak() {
      return {};
    }
  }

  @Module({ imports: [CreditsModule.forRoot({ prices, pool: pool() })], controllers: [Paid] })
  class HostModule {}

  const started = NestFactory.createApplicationContext(HostModule, { logger: false, abortOnError: false });
  await expect(started).rejects.toThrow('Paid.speak has RequireCredits, so `userOf` must say who pays.');
});

async function start(...options: CreditsOptions[]): Promise<void> {
  @Module({ imports: options.map((each) => CreditsModule.forRoot(each)) })
  class HostModule {}

  const app = await NestFactory.createApplicationContext(HostModule as Type, {
    logger: false,
    abortOnError: false,
  });
  await app.close();
}

const pool = () => ({ connectionString: database.url });
const wrong: [what: string, options: () => object, sentence: RegExp][] = [
  ['no options', () => undefined as never, /at least `prices` and a `dataSource` or `pool`/],
  ['no prices', () => ({ pool: pool() }), /`prices` must say what each action costs/],
  ['prices in a list', () => ({ prices: [], pool: pool() }), /`prices` must say/],
  ['neither dataSource nor pool', () => ({ prices }), /needs a `dataSource` .* got neither/],
  ['a dataSource that nobody made', () => ({ prices, dataSource: undefined }), /got neither/],
  ['null for a dataSource', () => ({ prices, dataSource: null }), /must be a DataSource of TypeORM/],
  ['both', () => ({ prices, pool: pool(), dataSource: postgres(true) }), /give one of them/],
  [
    'another database',
    () => ({ prices, dataSource: { ...postgres(true), options: { type: 'mysql' } } }),
    /of type "mysql"/,
  ],
  ['a DataSource too early', () => ({ prices, dataSource: postgres(false) }), /not initialized/],
  ['a hold of no time', () => ({ prices, pool: pool(), holdTtlSeconds: 0 }), /`holdTtlSeconds` must be/],
  [
    'a hold of half a second',
    () => ({ prices, pool: pool(), holdTtlSeconds: 0.5 }),
    /`holdTtlSeconds` must be/,
  ],
  ['a user by name', () => ({ prices, pool: pool(), userOf: 'user.id' }), /`userOf` must be a function/],
  [
    'a way to migrate',
    () => ({ prices, pool: pool(), migrate: true }),
    /`migrate` must be 'auto' or 'check' or 'never'/,
  ],
  [
    'a slip of the pen',
    () => ({ prices, pool: pool(), userof: () => 'a' }),
    /`userof` is not an option; there are prices, /,
  ],
  ['a pool that is an address', () => ({ prices, pool: database.url }), /`pool` must be a configuration/],
  ...Object.entries({
    direct: 'postgresql://localhost/shop',
    groups: 3,
    servers: [],
    pooled: 'no',
    problemOf: { status: 402 },
    problemsBase: 'https://',
    holdTtlSeconds: 604_801,
    answersKeptHours: 23,
    eventsKeptDays: 0,
    endedHoldsKeptDays: -1,
    tracer: {},
    answerMember: '',
    onClientLeft: 'charge',
    events: 'https://shop.example/events',
  }).map(([name, value]): (typeof wrong)[number] => [
    `\`${name}\` that is ${JSON.stringify(value)}`,
    () => ({ prices, pool: pool(), [name]: value }),
    new RegExp(`\`${name}\` must `),
  ]),
  [
    'events without a secret',
    () => withEvents({ url: 'https://shop.example' }),
    /`events\.secret` must be given/,
  ],
  [
    'events over http',
    () => withEvents({ url: 'http://shop.example' }),
    /`events\.url` must be an https address/,
  ],
  ['a secret that is none', () => withEvents({ secret: 'abc' }), /`events\.secret` must be whsec_/],
  ['a mark below zero', () => withEvents({ lowBalance: -1 }), /`events\.lowBalance` must be/],
  ['a notice of a year', () => withEvents({ expiryNoticeDays: 365 }), /`events\.expiryNoticeDays` must be/],
  ['servers beside a pool', () => ({ prices, pool: pool(), servers: onOne([0]) }), /stand in each of them/],
  ['a group twice', () => ({ prices, groups: 2, servers: onOne([0, 0]) }), /every group from 0 to 1 once/],
  [
    'a server that is nowhere',
    () => ({ prices, servers: [{ groups: [0] }] }),
    /where each group of wallets is/,
  ],
];

function withEvents(events: object): object {
  return { prices, pool: pool(), events };
}

function onOne(groups: number[]): object[] {
  return [{ groups, pool: pool() }];
}

function postgres(isInitialized: boolean): object {
  return { isInitialized, options: { type: 'postgres' } };
}

test.each(wrong)('the start answers %s in one sentence', async (_what, options, sentence) => {
  const error = await start(options() as CreditsOptions).catch((failure: Error) => failure);
  expect(error).toMatchObject({ name: 'CreditsOptionsError', message: expect.stringMatching(sentence) });
  expect((error as Error).message).toMatch(/^CreditsModule\.forRoot: [^\n]+\.$/);
});

test('there is no option that takes whatever is given', () => {
  const names = /there are (.*)\.$/.exec(messageOf({ prices, slip: 1 }))![1]!.split(', ');
  expect(names.length).toBeGreaterThan(15);
  const said = names.map((name) => messageOf({ prices, pool: pool(), [name]: Symbol('anything') }));
  expect(said).toEqual(names.map((name) => expect.stringContaining(`: \`${name}\` must `)));
});

function messageOf(options: object): string {
  try {
    checkedOptions(options as CreditsOptions);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is wrong';
}

test('the start refuses a second forRoot, before it connects to anything', async () => {
  const nowhere = { connectionString: 'postgresql://nobody@127.0.0.1:1/none' };
  const twice = start({ prices, pool: nowhere }, { prices, pool: nowhere });
  await expect(twice).rejects.toThrow('called twice in this application');
});

describe('a schema that is not up to date', () => {
  let empty: TestDatabase;

  beforeAll(async () => {
    empty = await createTestDatabase();
    await onEmpty('DROP SCHEMA credits CASCADE');
  });

  afterAll(() => empty.drop());

  async function onEmpty(sql: string): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: empty.url });
    await client.connect();
    return client.query(sql).finally(() => client.end());
  }

  const schemas = async () => (await onEmpty(`SELECT FROM pg_namespace WHERE nspname = 'credits'`)).rowCount;

  test('stops a start that is told to check, which names the command and changes nothing', async () => {
    const options = { prices, pool: { connectionString: empty.url }, migrate: 'check' } as const;
    await expect(start(options)).rejects.toThrow(
      /lacks 0\d+_\w+\.sql and \d+ more: run `npx creditgate migrate`/,
    );
    expect(await schemas()).toBe(0);
  });

  test('is left alone by a start that is told never to look', async () => {
    await start({ prices, pool: { connectionString: empty.url }, migrate: 'never' });
    expect(await schemas()).toBe(0);
  });

  test('is made by any other start, after which a check finds nothing missing', async () => {
    const dataSource = await new DataSource({ type: 'postgres', url: empty.url }).initialize();
    await start({ prices, dataSource }).finally(() => dataSource.destroy());
    await start({ prices, pool: { connectionString: empty.url }, migrate: 'check' });
  });
});
