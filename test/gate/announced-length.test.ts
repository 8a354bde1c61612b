import { describe, expect, test } from '@jest/globals';
import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import { get } from 'node:http';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { RequireCredits } from '../../src/credits/index.js';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

type Answering = ServerResponse | { raw: ServerResponse };
const rawOf = (response: Answering) => ('raw' in response ? response.raw : response);

/** Each says `abc`, and how long that is: `3`, or `10`, which is more than comes. */
@Controller()
@RequireCredits('tick')
class Press {
  @Get('file/3')
  file() {
    return new StreamableFile(Readable.from(['a', 'bc']), { length: 3 });
  }

  @Get('file/10')
  cutFile() {
    return new StreamableFile(Readable.from(['a', 'bc']), { length: 10 });
  }

  @Get('bytes/10')
  cutBytes() {
    return new StreamableFile(Buffer.from('abc'), { length: 10 });
  }

  @Get('set/3')
  set(@Res() response: Answering) {
    rawOf(response).setHeader('Content-Length', 3).end('abc');
  }

  @Get('set/10')
  cutSet(@Res() response: Answering) {
    rawOf(response).setHeader('Content-Length', 10).end('abc');
  }

  @Get('head/3')
  head(@Res() response: Answering) {
    const raw = rawOf(response).writeHead(200, { 'content-length': '3' });
    raw.write('a');
    raw.end(Buffer.from('bc'));
  }

  @Get('head/10')
  cutHead(@Res() response: Answering) {
    const raw = rawOf(response).writeHead(200, { 'content-length': '10' });
    raw.write('a');
    raw.end(Buffer.from('bc'));
  }

  @Get('later/10')
  async cutLater(@Res() response: Answering) {
    const raw = rawOf(response).writeHead(200, { 'content-length': '10' });
    raw.write('a');
    await delay(20);
    raw.end('bc', 'latin1');
  }

  @Get('unchanged/0')
  unchanged(@Res() response: Answering) {
    rawOf(response).writeHead(304, { 'content-length': '10' }).end();
  }
}

const KINDS = [
  'file/3',
  'file/10',
  'bytes/10',
  'set/3',
  'set/10',
  'head/3',
  'head/10',
  'later/10',
  'unchanged/0',
];

describe.each(adapters)('an answer that says how long it is on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [Press] });

  test.each(KINDS)('is charged if so much of it comes: %s', async (path) => {
    const user = await gate.customer(2);
    const isWhole = !path.endsWith('/10');
    const text = await beginningOf(`${gate.foreign.url}/${path}`, user);
    expect(text).toBe(path === 'unchanged/0' ? '' : 'abc');

    await until(async () => (await gate.holds(user))[0]?.state === (isWhole ? 'captured' : 'released'));
    expect(await gate.wallet(user)).toMatchObject({ balance: isWhole ? 1 : 2, held: 0 });
    const reason = isWhole ? null : 'the answer was not sent whole';
    expect((await gate.holds(user))[0]).toMatchObject({ reason });
  });
});

/** What comes of a body until there are three signs of it; the client waits for the rest in vain. */
function beginningOf(url: string, user: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: { 'x-user': user } }, (response) => {
      let text = '';
      const end = () => {
        resolve(text);
        setTimeout(() => request.destroy(), 200);
      };
      response.on('error', () => undefined).once('end', end);
      response.on('data', (chunk) => {
        text += String(chunk);
        if (text.length >= 3) end();
      });
    });
    request.once('error', reject);
  });
}
