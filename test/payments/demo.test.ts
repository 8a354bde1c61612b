import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { WalletDatabase } from '../../src/database/wallet-database.js';
import { DemoProvider } from '../../src/payments/demo/demo-provider.js';
import { openEmbedded, type Embedded } from './embedded.js';

let shop: Embedded;

beforeAll(async () => {
  shop = await openEmbedded({
    CREDIT_PACK_STARTER: '500 for 5.00 EUR',
    CREDIT_PACK_STUDIO: '2500 for 20.00 EUR',
  });
});
afterAll(() => shop.close());

const available = async (user: string) => (await shop.call(user, '/api/credits?refresh=true')).body.available;

test('credits are bought with one click at the demo’s own page, which says DEMO', async () => {
  const user = `buyer-${randomUUID()}`;
  const { body: offers } = await shop.call(null, '/api/credits/offers');
  expect(offers.offers).toMatchObject([
    { offer: 'STARTER', kind: 'pack', credits: 500, amount: 500, currency: 'EUR' },
    { offer: 'STUDIO' },
  ]);
  const begun = await shop.post(user, '/api/credits/purchases', { offer: 'STARTER' });
  expect([begun.status, begun.body]).toEqual([201, expect.objectContaining({ state: 'open' })]);
  const { url, id } = begun.body;
  expect(await (await fetch(url)).text()).toContain('DEMO');
  expect(await available(user)).toBe(0);
  const paid = await fetch(`${url}/pay`, { method: 'POST', redirect: 'manual' });
  expect([paid.status, paid.headers.get('location')]).toEqual([303, '/#credits']);
  const { body: purchase } = await shop.call(user, `/api/credits/purchases/${id}`);
  expect(purchase).toMatchObject({ state: 'paid', credits: 500, amount: 500, currency: 'EUR', reversed: 0 });
  expect(await available(user)).toBe(500);
  const { body: history } = await shop.call(user, '/api/credits/history');
  expect(history.data).toMatchObject([{ kind: 'grant', amount: 500, reason: 'bought 500 credits' }]);
});

test('a declined payment grants nothing, and neither does one that the bank has not made yet', async () => {
  for (const [act, state, pending] of [
    ['decline', 'failed', false],
    ['pay-in-a-minute', 'open', true],
  ] as const) {
    const user = `buyer-${randomUUID()}`;
    const { body: begun } = await shop.post(user, '/api/credits/purchases', { offer: 'starter' });
    await fetch(`${begun.url}/${act}`, { method: 'POST', redirect: 'manual' });
    const { body } = await shop.call(user, `/api/credits/purchases/${begun.id}`);
    expect(body).toMatchObject({ state, pending, url: null });
    expect(await available(user)).toBe(0);
  }
});

test('its bank’s Refund, Dispute and Win are in the books at once, by whoever they are pressed', async () => {
  const user = `buyer-${randomUUID()}`;
  const { body: begun } = await shop.post(user, '/api/credits/purchases', { offer: 'STARTER' });
  const press = (act: string) => fetch(`${begun.url}/${act}`, { method: 'POST', redirect: 'manual' });
  const books: unknown[] = [];
  for (const act of ['pay', 'dispute', 'win', 'refund']) {
    await press(act);
    books.push([act, await available(user)]);
  }
  expect(books).toEqual([
    ['pay', 500],
    ['dispute', 0],
    ['win', 500],
    ['refund', 0],
  ]);
  const { body } = await shop.call(user, `/api/credits/purchases/${begun.id}`);
  expect(body).toMatchObject({ state: 'paid', reversed: 500, creditsBack: 500 });
});

test('the demo’s page is for a browser on this machine alone', async () => {
  const { body } = await shop.post('alice', '/api/credits/purchases', { offer: 'STARTER' });
  const { pathname, port } = new URL(body.url);
  const statusOf = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      asked.on('error', reject).end();
    });
  for (const path of [pathname, '/demo-checkout/style.css']) {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect([host, await statusOf('GET', path, { host })]).toEqual([host, 200]);
    }
  }
  const foreign: Record<string, string>[] = [
    { host: 'app.example' },
    { host: '127.0.0.1.example' },
    { host: '10.0.0.1' },
    { 'x-forwarded-for': '1.2.3.4' },
    { 'X-Forwarded-Host': 'localhost' },
    { forwarded: 'for=127.0.0.1' },
    { 'X-Original-Forwarded-For': '1.2.3.4' },
    { 'x-client-ip': '1.2.3.4' },
    { 'x-cluster-client-ip': '1.2.3.4' },
    { 'x-azure-clientip': '1.2.3.4' },
    { 'x-envoy-external-address': '1.2.3.4' },
    { via: '1.1 proxy' },
    { 'x-real-ip': '127.0.0.1' },
  ];
  for (const headers of foreign) {
    for (const [method, path] of [
      ['GET', pathname],
      ['POST', `${pathname}/pay`],
      ['GET', '/demo-checkout/style.css'],
    ] as const) {
      expect([headers, path, await statusOf(method, path, headers)]).toEqual([headers, path, 404]);
    }
  }
  expect((await shop.call('alice', `/api/credits/purchases/${body.id}`)).body.state).toBe('open');
});

test('a 402 says what is sold, the cheapest that ends the shortage first', async () => {
  const { status, body } = await shop.post('poor', '/api/export', {
    format: 'pdf',
    documentIds: [randomUUID()],
  });
  expect(status).toBe(402);
  expect(body.offers.map(({ offer }: { offer: string }) => offer)).toEqual(['STARTER', 'STUDIO']);
});

test('a command that serves nobody leaves the address of a receipt as it is', async () => {
  const { body } = await shop.post(`buyer-${randomUUID()}`, '/api/credits/purchases', { offer: 'STARTER' });
  await fetch(`${body.url}/pay`, { method: 'POST', redirect: 'manual' });
  const ref = new URL(body.url).pathname.split('/').at(-1)!;
  const databases = shop.app.get(WalletDatabase, { strict: false });
  const receiptOf = async (isServing: boolean) => {
    const seen = new DemoProvider(
      databases,
      () => 'http://elsewhere',
      () => isServing,
    );
    return (await seen.look(ref))?.receiptUrl;
  };
  expect([await receiptOf(true), await receiptOf(false)]).toEqual([
    `http://elsewhere/demo-checkout/${ref}`,
    null,
  ]);
});
