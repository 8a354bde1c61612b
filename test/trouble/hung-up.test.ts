import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startShop, type ShopProcess } from '../payments/shop-process.js';
import { tokenFor } from '../support/app.js';
import { until } from '../support/until.js';
import { Desk, requestsFor, type SentRequest } from './every-route.mjs';

// A client may leave at any moment of any answer, with more of its requests waiting on the same connection. Nobody else may
// notice; least of all may the process end, as it does when a stream fails that nobody listens to.

const CONNECTIONS = 16;
/** So long after its request a client leaves at most. */
const LATEST_MS = 40;

let shop: ShopProcess;
beforeAll(async () => {
  shop = await startShop({ CREDIT_SIGNUP_GRANT: '1000', RATE_LIMIT_PER_MINUTE: '0' });
});
afterAll(() => shop.close());

type Sent = Omit<SentRequest, 'body'> & { body?: string };

/** One request, or several at once, and away. */
async function hangUp({ url, method, headers, body = '' }: Sent, times: number, afterMs: number) {
  const lines = Object.entries({
    host: url.host,
    ...headers,
    'content-length': Buffer.byteLength(body),
  })
    .filter(([name, value]) => name !== 'content-length' || value !== 0)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(url.port), url.hostname, () => {
    socket.write(
      `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n${body}`.repeat(times),
    );
    setTimeout(() => socket.resetAndDestroy(), afterMs);
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

test('a client that hangs up on any route, at any moment, ends no process and leaves nothing held', async () => {
  const { product } = shop;
  const { paths } = (await (await fetch(`${product.url}openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const desk = new Desk(product.url, (user, isAdmin) =>
    tokenFor(user, isAdmin ? { app_metadata: { role: 'admin' } } : {}),
  );
  for (const [index, { route, isSlow }] of requestsFor(routes).entries()) {
    if (isSlow) continue;
    const user = `leaver-${index}`;
    const made = await desk.prepare(route, user);
    const clients = Array.from({ length: CONNECTIONS }, async (_, client) => {
      const { body, ...request } = await desk.requestFor(route, user, made, `leaver ${client}`);
      if (body instanceof FormData) return;
      await hangUp({ ...request, body }, client % 3 === 0 ? 5 : 1, (client * LATEST_MS) / CONNECTIONS);
    });
    await Promise.all(clients);
    await delay(20);
    expect([route, product.isUp]).toEqual([route, true]);
  }
  await until(async () => {
    const { rows } = await product.sql.query('SELECT FROM credits.wallets WHERE held > 0');
    return rows.length === 0;
  });
}, 120_000);
