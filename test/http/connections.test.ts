import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { untilClosed } from '../../src/routes/until-closed.js';
import { Public } from '../../src/identity/index.js';
import { sendFile } from '../../src/library/send-file.js';
import { openApp, type OpenApp } from '../support/app.js';
import { until } from '../support/until.js';

const STALL_LIMIT_MS = 400;
/** More than the kernel keeps for a client that takes nothing. */
const BYTES = 32 * 1024 * 1024;

let folder: string;
let toy: OpenApp;
let waited = 0;
let aborted = 0;

@Public()
@Controller('large')
class LargeController {
  @Get('file')
  async file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = async (range?: { start: number; end: number }) =>
      createReadStream(join(folder, 'file'), range);
    await sendFile(request, reply, { bytes: BYTES, sha256: 'x', filename: 'file', type: 'text/plain', open });
  }

  @Get('opened-early')
  async openedEarly(@Res() reply: FastifyReply): Promise<void> {
    await reply.send(createReadStream(join(folder, 'file')));
  }

  @Get('slow')
  async slow(): Promise<{ slow: true }> {
    await delay(3 * STALL_LIMIT_MS);
    return { slow: true };
  }

  @Get('waits')
  async waits(@Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const signal = untilClosed(reply);
    waited += 1;
    signal.addEventListener('abort', () => (aborted += 1));
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-large-'));
  writeFileSync(join(folder, 'file'), Buffer.alloc(BYTES));
  toy = await openApp({
    controllers: [LargeController],
    variables: { RATE_LIMIT_PER_MINUTE: '0' },
    patience: { stallLimitMs: STALL_LIMIT_MS },
  });
});
afterAll(async () => {
  await toy.close();
  rmSync(folder, { recursive: true });
});

/** How many descriptors this process has on the file. */
function openFiles(): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.startsWith(folder)).length;
}

/** A client that sends so many requests at once and takes nothing until it is told to. */
async function ask(path: string, times: number, more = ''): Promise<Socket> {
  const socket = connect(toy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`.repeat(times));
  return socket;
}

const onLinux = process.platform === 'linux' ? test : test.skip;

describe('a connection that dies', () => {
  onLinux(
    'leaves no file open, however many downloads are queued on it, and opens one at a time',
    async () => {
      const sockets = await Promise.all([1, 2, 3].map(() => ask('/api/large/file', 50)));
      await until(() => openFiles() === 3);
      for (const socket of sockets) socket.resetAndDestroy();
      await until(() => openFiles() === 0);
    },
  );

  onLinux('closes the files of handlers that know nothing of it', async () => {
    const socket = await ask('/api/large/opened-early', 20);
    await until(() => openFiles() > 1);
    socket.resetAndDestroy();
    await until(() => openFiles() === 0);
  });

  test('ends the work, and has its line in the log, for each request that is queued on it', async () => {
    const socket = await ask('/api/large/waits', 20, 'x-request-id: queued-request\r\n');
    await until(() => waited === 20);
    socket.resetAndDestroy();
    await until(() => aborted === 20);
    const lines = () => toy.log.filter(({ reqId }) => reqId === 'queued-request');
    await until(() => lines().length === 20);
    expect(lines()[19]).toMatchObject({ route: '/api/large/waits', status: 499 });
  });
});

describe('a client that takes nothing', () => {
  test('loses its download, the second of a connection too', async () => {
    const socket = await ask('/api/large/file', 1, 'range: bytes=0-9\r\n');
    socket.resume();
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    socket.write('GET /api/large/file HTTP/1.1\r\nhost: localhost\r\n\r\n');
    // Of a paused socket only the server tells that it is over.
    const connections = () =>
      new Promise<number>((resolve) => toy.instance.server.getConnections((_error, count) => resolve(count)));
    await until(async () => (await connections()) === 1);
    await until(async () => (await connections()) === 0, 10 * STALL_LIMIT_MS);
    socket.destroy();
  });

  test('is told from one that reads slowly, and from one whose answer is being made', async () => {
    const slow = fetch(`${toy.url}/api/large/slow`).then((response) => response.json());
    const socket = await ask('/api/large/file', 1, 'connection: close\r\n');
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      socket.pause();
      // A pause now and then, all of them together longer than the limit.
      if (bytes % (4 * 1024 * 1024) < chunk.length) setTimeout(() => socket.resume(), STALL_LIMIT_MS / 4);
      else socket.resume();
    });
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(bytes).toBeGreaterThan(BYTES);
    expect(await slow).toEqual({ slow: true });
  });
});

test('has room for ten thousand connections and no more', () => {
  expect(toy.instance.server.maxConnections).toBe(10_000);
});
