import { describe, expect, test } from '@jest/globals';
import { Controller, Get, Res, Sse, StreamableFile } from '@nestjs/common';
import { get } from 'node:http';
import type { ServerResponse } from 'node:http';
import { PassThrough, Readable, pipeline } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Observable } from 'rxjs';
import { CurrentWork, RequireCredits, type OnClientLeft, type Work } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { adapters, type Adapter } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const ITEMS = 20;
/** How much a user's source has given, and whether it has ended. */
const sources = new Map<string, { given: number; ended: boolean }>();

const cost = { action: 'tick', units: ITEMS };

/** Gives an item every few milliseconds and says so, until it is told to stop. */
async function* items(work: Work): AsyncGenerator<string> {
  const source = { given: 0, ended: false };
  sources.set(work.userId, source);
  try {
    while (source.given < ITEMS) {
      source.given += 1;
      work.use(source.given);
      yield `${source.given} `;
      await setTimeout(10);
    }
  } finally {
    source.ended = true;
  }
}

function eventsOf(work: Work): Observable<{ data: string }> {
  return new Observable((subscriber) => {
    const source = items(work);
    const give = async () => {
      for await (const data of source) subscriber.next({ data });
      subscriber.complete();
    };
    void give();
    return () => void source.return(undefined);
  });
}

async function write(work: Work, response: ServerResponse | { raw: ServerResponse }): Promise<void> {
  const raw = 'raw' in response ? response.raw : response;
  raw.writeHead(200);
  for await (const item of items(work)) raw.write(item);
  raw.end();
}

function controllerOf(onClientLeft: OnClientLeft) {
  @Controller(onClientLeft)
  @RequireCredits(() => cost, { onClientLeft })
  class Streams {
    @Sse('sse')
    sse(@CurrentWork() work: Work) {
      return eventsOf(work);
    }

    @Get('file')
    file(@CurrentWork() work: Work) {
      return new StreamableFile(Readable.from(items(work)));
    }

    /** One that reads from another. */
    @Get('piped')
    piped(@CurrentWork() work: Work) {
      const through = new PassThrough({ highWaterMark: 1 });
      pipeline(Readable.from(items(work)), through, () => undefined);
      return new StreamableFile(through);
    }

    /** Fastify sends these as they are. */
    @Get('readable')
    readable(@CurrentWork() work: Work) {
      return Readable.from(items(work));
    }

    @Get('web')
    web(@CurrentWork() work: Work) {
      return Readable.toWeb(Readable.from(items(work)));
    }

    @Get('res')
    async res(@CurrentWork() work: Work, @Res() response: ServerResponse | { raw: ServerResponse }) {
      await write(work, response);
    }
  }
  return Streams;
}

const kindsOf = (adapter: Adapter) => [
  ...['sse', 'file', 'piped', 'res'],
  ...(adapter === 'fastify' ? ['readable', 'web'] : []),
];
const policies: OnClientLeft[] = ['release', 'capture', 'drain'];

describe.each(adapters)('a client that leaves a stream on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: policies.map(controllerOf) });
  const kinds = kindsOf(adapter);
  const cases = policies.flatMap((policy) => kinds.map((kind) => ({ policy, kind })));

  test.each(cases)('$policy: $kind', async ({ policy, kind }) => {
    const user = await gate.customer(50);
    await leaveAfter(5, `${gate.foreign.url}/${policy}/${kind}`, user);
    await until(async () => (await gate.wallet(user)).held === 0);
    const { balance, charges } = await gate.wallet(user);
    const { given, ended } = sources.get(user)!;
    // Nest ends a Readable that is returned as it is, so there is nothing to drain.
    switch (kind === 'readable' && policy === 'drain' ? 'capture' : policy) {
      case 'release':
        expect([balance, charges]).toEqual([50, []]);
        break;
      case 'capture':
        expect(charges).toEqual([balance - 50]);
        expect(50 - balance).toBeGreaterThanOrEqual(5);
        expect(50 - balance).toBeLessThan(ITEMS);
        break;
      case 'drain':
        expect([balance, charges, given, ended]).toEqual([50 - ITEMS, [-ITEMS], ITEMS, true]);
    }
    // What nobody reads is not produced; a handler that answers by hand has to see to that itself.
    if (kind !== 'res' && policy !== 'drain') {
      await until(() => sources.get(user)!.ended);
      expect(sources.get(user)!.given).toBeLessThan(ITEMS);
    }
    await until(() => sources.get(user)!.ended);
  });

  test.each(kinds)('pays for what was used where it stays to the end: %s', async (kind) => {
    const user = await gate.customer(50);
    const answer = await fetch(`${gate.foreign.url}/release/${kind}`, { headers: { 'x-user': user } });
    expect(await answer.text()).toContain(`${ITEMS} `);
    await until(async () => (await gate.wallet(user)).held === 0);
    expect(await gate.wallet(user)).toEqual({ balance: 50 - ITEMS, held: 0, charges: [-ITEMS] });
  });
});

function leaveAfter(count: number, url: string, user: string): Promise<void> {
  return new Promise((resolve) => {
    const request = get(url, { headers: { 'x-user': user }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.includes(`${count} `)) request.destroy();
      });
      response.on('error', () => resolve()).on('close', resolve);
    });
    request.on('error', () => resolve());
  });
}
