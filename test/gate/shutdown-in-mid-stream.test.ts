import { describe, expect, test } from '@jest/globals';
import { Controller, Get, Sse, StreamableFile } from '@nestjs/common';
import { get, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { finalize, interval, map } from 'rxjs';
import { CurrentWork, RequireCredits, type OnClientLeft, type Work } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const MOST = 1_000;
const sources = new Map<string, { given: number; ended: boolean }>();

function begin(work: Work) {
  const source = { given: 0, ended: false };
  sources.set(work.userId, source);
  return source;
}

function give(work: Work, source: { given: number }): string {
  source.given += 1;
  work.use(source.given);
  return `${source.given} `;
}

/** Far too long to wait for. */
async function* items(work: Work): AsyncGenerator<string> {
  const source = begin(work);
  try {
    while (source.given < MOST) {
      yield give(work, source);
      await delay(10);
    }
  } finally {
    source.ended = true;
  }
}

function controllerOf(onClientLeft: OnClientLeft) {
  @Controller(onClientLeft)
  @RequireCredits(() => ({ action: 'tick', units: MOST }), { onClientLeft })
  class Streams {
    @Sse('sse')
    sse(@CurrentWork() work: Work) {
      const source = begin(work);
      const events = interval(10).pipe(map(() => ({ data: give(work, source) })));
      return events.pipe(finalize(() => (source.ended = true)));
    }

    @Get('file')
    file(@CurrentWork() work: Work) {
      return new StreamableFile(Readable.from(items(work)));
    }
  }
  return Streams;
}

const policies: OnClientLeft[] = ['release', 'capture', 'drain'];
const cases = policies.flatMap((policy) => ['sse', 'file'].map((kind) => ({ policy, kind })));

describe.each(adapters)('an application on %s that shuts down in the middle of streams', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: policies.map(controllerOf) });

  test('settles each as if its client had left, and leaves no hold', async () => {
    const streams = await Promise.all(
      cases.map(async ({ policy, kind }) => ({ policy, kind, user: await gate.customer(MOST) })),
    );
    for (const { policy, kind, user } of streams) {
      const url = `${gate.foreign.url}/${policy}/${kind}`;
      const request = get(url, { headers: { 'x-user': user }, agent: false }, (response) => {
        response.resume().on('error', () => undefined);
      });
      request.on('error', () => undefined);
    }
    await until(() => streams.every(({ user }) => (sources.get(user)?.given ?? 0) >= 5));
    const closing = gate.foreign.shutDown();
    // As a host does when its time is over.
    (gate.foreign.app.getHttpServer() as Server).closeAllConnections();
    await closing;
    for (const { policy, kind, user } of streams) {
      const { balance, held, charges } = await gate.wallet(user);
      const name = `${policy}: ${kind}`;
      expect([name, held]).toEqual([name, 0]);
      if (policy === 'release') expect([name, balance]).toEqual([name, MOST]);
      else expect([name, charges]).toEqual([name, [balance - MOST]]);
      if (policy !== 'release') expect(MOST - balance).toBeGreaterThanOrEqual(5);
    }
    await until(() => streams.every(({ kind, user }) => kind === 'sse' || sources.get(user)!.ended));
  });
});
