import { beforeEach, expect, jest, test } from '@jest/globals';
import { onOwnDatabase } from '../support/own-database.js';
import { signedIn } from '../support/app.js';
import { openShop } from './shop.js';
import { BalanceDisplay } from '../../src/credits-display/reader.js';
import { Metrics } from '../../src/watch/metrics.js';

/** Only the whole way reads through it. */
let wholeWay: ReturnType<typeof jest.spyOn>;

const [shop] = await onOwnDatabase((url) => openShop(url, { RATE_LIMIT_PER_MINUTE: '6' }));

beforeEach(() => {
  wholeWay = jest.spyOn(shop.app.get(BalanceDisplay), 'read').mockClear();
});

async function customer(userId: string) {
  await shop.credits.grant({ userId, credits: 100, reason: 'bought', actor: 'test' });
  await shop.heard(userId);
  const headers = await signedIn(userId);
  return (path = 'credits', more: object = {}, method = 'GET') =>
    fetch(`${shop.url}/api/${path}`, { method, headers: { ...headers, ...more } });
}

const sameForAll = ({ headers }: Response) =>
  Object.fromEntries(
    [...headers].filter(([name]) => !['date', 'x-request-id', 'ratelimit-remaining'].includes(name)),
  );

test.each(['credits', 'auth/credits'])('/api/%s is answered alike on both ways', async (path) => {
  const get = await customer(`alice of ${path}`);
  await get(path);
  const whole = await get(`${path}?refresh=false`);
  expect(wholeWay).toHaveBeenCalledTimes(2);
  const atHand = await get(path);
  expect(wholeWay).toHaveBeenCalledTimes(2);
  expect(sameForAll(atHand)).toEqual(sameForAll(whole));
  expect(atHand.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await atHand.json()).toEqual(await whole.json());
});

test('a client that has it is told so on both ways', async () => {
  const get = await customer('bob');
  const etag = (await get()).headers.get('etag')!;
  const answers = [await get('credits?refresh=false', { 'if-none-match': etag })];
  answers.push(await get('credits', { 'if-none-match': etag }));
  expect(wholeWay).toHaveBeenCalledTimes(2);
  expect(answers.map(({ status }) => status)).toEqual([304, 304]);
  expect(sameForAll(answers[1]!)).toEqual(sameForAll(answers[0]!));
});

test('both ways count against one limit, and what exceeds it is refused', async () => {
  const get = await customer('carol');
  const left = [];
  for (let i = 0; i < 6; i += 1) {
    left.push(
      Number((await get(i % 2 === 0 ? 'credits' : 'credits/prices')).headers.get('ratelimit-remaining')),
    );
  }
  expect(left.filter((_, i) => i % 2 === 0)).toEqual([5, 4, 3]);
  for (let i = 0; i < 3; i += 1) expect((await get()).status).toBe(200);
  const refused = await get();
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    429,
    'application/problem+json; charset=utf-8',
  ]);
});

test('a change is shown by the next read, and whatever asks for more goes the whole way', async () => {
  const get = await customer('dave');
  await get();
  await shop.credits.charge({ userId: 'dave', action: 'docx_processing' });
  expect(await (await get()).json()).toMatchObject({ balance: 95, source: 'database' });
  expect((await get('credits', { 'x-min-balance-version': '9' })).status).toBe(412);
  expect(await (await get('credits', {}, 'HEAD')).text()).toBe('');
  expect(wholeWay).toHaveBeenCalledTimes(4);
});

test('is counted by the metrics as the route it is', async () => {
  const counted = async () =>
    Number(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/credits",status="200"\} (\d+)/.exec(
        await shop.app.get(Metrics).registry.metrics(),
      )![1],
    );
  const get = await customer('erin');
  await get();
  const before = await counted();
  await get();
  expect(await counted()).toBe(before + 1);
  expect(wholeWay).toHaveBeenCalledTimes(1);
});
