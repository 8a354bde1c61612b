import { describe, expect, test } from '@jest/globals';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CurrentWork, RequireCredits, type OnClientLeft, type Work } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

// What a client does not take is not produced: it would be paid for, or fill the memory. An item is far larger than
// what the sockets of a connection keep between them.

const ITEM = Buffer.alloc(4 * 2 ** 20, 'a');
const ITEMS = 30;
/** What the sockets and streams between a source and its client may hold. */
const ON_THE_WAY = 8;

const given = new Map<string, number>();

function* items(work: Work): Generator<Buffer> {
  for (let n = 1; n <= ITEMS; n += 1) {
    given.set(work.userId, n);
    work.use(n);
    yield ITEM;
  }
}

function controllerOf(onClientLeft: OnClientLeft) {
  @Controller(onClientLeft)
  class Large {
    @Get('file')
    @RequireCredits(() => ({ action: 'tick', units: ITEMS }), { onClientLeft })
    file(@CurrentWork() work: Work) {
      return new StreamableFile(Readable.from(items(work)));
    }
  }
  return Large;
}

const policies: OnClientLeft[] = ['release', 'capture', 'drain'];

describe.each(adapters)('a source on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: policies.map(controllerOf) });

  const ask = (policy: OnClientLeft, user: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const options = { headers: { 'x-user': user }, agent: false };
      get(`${gate.foreign.url}/${policy}/file`, options, resolve).on('error', reject);
    });

  test.each(policies)(
    'waits for a client that does not read, and goes on when it does: %s',
    async (policy) => {
      const user = await gate.customer(50);
      const response = await ask(policy, user);
      await until(() => given.has(user));
      await delay(300);
      expect(given.get(user)).toBeLessThanOrEqual(ON_THE_WAY);
      let bytes = 0;
      for await (const chunk of response) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(ITEM.length * ITEMS);
      await until(async () => (await gate.wallet(user)).held === 0);
      expect(await gate.wallet(user)).toEqual({ balance: 50 - ITEMS, held: 0, charges: [-ITEMS] });
    },
  );

  test('is charged for what it gave where a client that read little hangs up', async () => {
    const user = await gate.customer(50);
    const response = await ask('capture', user);
    await until(() => given.has(user));
    await delay(100);
    response.destroy();
    await until(async () => (await gate.wallet(user)).held === 0);
    expect((await gate.wallet(user)).charges).toEqual([-given.get(user)!]);
    expect(given.get(user)).toBeLessThanOrEqual(ON_THE_WAY);
  });
});
