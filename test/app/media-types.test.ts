import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Described } from './described.js';
import { openProduct, type Answer, type Product } from './product.js';

let product: Product;
let described: Described;

beforeAll(async () => {
  product = await openProduct();
  described = await Described.by(product);
  await product.open('rich', 100);
  await product.open('poor', 0);
});
afterAll(() => product.close());

const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };
const FORM = '--x\r\ncontent-disposition: form-data; name="amount"\r\n\r\n5\r\n--x--\r\n';
const CLAIMS = { app_metadata: { role: 'admin' } };

function routesThatTake(type: string): string[] {
  const routes = described.operations.filter(
    ([, { requestBody }]) => requestBody?.content[type] !== undefined,
  );
  expect(routes).not.toHaveLength(0);
  return routes.map(([route]) => route);
}

function send(route: string, user: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const [method, path] = route.split(' ') as [string, string];
  const address = path.replace(/\{\w+\}/g, '018f0000-0000-7000-8000-000000000000');
  return product.call(user, address, { method, headers, body }, CLAIMS);
}

test('a form where JSON is taken is 415, whatever the route', async () => {
  for (const route of routesThatTake('application/json').filter(
    (name) => !name.includes('payments/events'),
  )) {
    const { status, body } = await send(route, 'rich', MULTIPART, FORM);
    expect([route, status, body.code]).toEqual([route, 415, 'unsupported_media_type']);
  }
});

const noFiles: [type: string, body: string][] = [
  ['text/plain', 'a text'],
  ['application/octet-stream', 'bytes'],
  ['application/json', '{"file":1}'],
  ['application/json', '{"file":'],
  ['application/json', ''],
];

test('what is no form where a file is taken is 415, says what to send, and costs nothing', async () => {
  for (const route of routesThatTake('multipart/form-data')) {
    for (const [type, sent] of noFiles) {
      const { status, body } = await send(route, 'rich', { 'content-type': type }, sent);
      expect([route, type, status, body.code]).toEqual([route, type, 415, 'unsupported_media_type']);
      expect(body).toMatchObject({ detail: expect.stringContaining('multipart'), credits: { charged: 0 } });
    }
  }
  expect(await product.balance('rich')).toMatchObject({ balance: 100, held: 0 });
});

test('somebody without credits hears so before anything is said of the body', async () => {
  for (const route of routesThatTake('multipart/form-data')) {
    for (const [type, sent] of noFiles) {
      const { status } = await send(route, 'poor', { 'content-type': type }, sent);
      expect([route, type, sent, status]).toEqual([route, type, sent, 402]);
    }
  }
});
