import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CreditsProblem, Unreachable, isProblem } from '../../src/client/index.js';
import { json, networkLoss, problem, scripted } from './scripted.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** What becomes of a promise while all pauses pass. */
async function outcomeOf<T>(promise: Promise<T>): Promise<T | Error> {
  const outcome = promise.catch((error: Error) => error);
  await jest.runAllTimersAsync();
  return outcome;
}

describe('a call', () => {
  test.each([
    ['the network was lost', networkLoss],
    ['credits are unavailable', problem(503, 'credits_unavailable')],
    ['there are too many', problem(429, 'rate_limited')],
    ['the first is still running', problem(409, 'idempotency_in_progress')],
    ['a proxy has nobody behind it', new Response('<html>', { status: 502 })],
    ['a proxy has waited long enough', new Response('', { status: 504 })],
    ['the body did not arrive in time', problem(408, 'request_timeout')],
  ])('is tried again under its one key when %s', async (_, step) => {
    const { client, sent } = scripted([step, step, json({ done: true })]);
    expect(await outcomeOf(client.call('/speech', { json: {} }))).toEqual({ done: true });
    const keys = sent.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[\x20-\x7e]{8,255}$/);
  });

  test.each([
    [402, 'insufficient_credits'],
    [400, 'validation_failed'],
    [401, 'unauthenticated'],
    [409, 'idempotency_key_spent'],
    [409, 'price_exceeds_max'],
    [412, 'balance_version_unknown'],
    [422, 'idempotency_key_reused'],
    [500, 'internal'],
  ] as const)('that is answered %i %s is not tried again', async (status, code) => {
    const { client, sent } = scripted([problem(status, code)]);
    const refused = await outcomeOf(client.call('/speech', { json: {} }));
    expect([isProblem(refused, code), sent.length]).toEqual([true, 1]);
  });

  test('has another key than the next one, the caller’s own where there is one, and none where it only reads', async () => {
    const { client, sent } = scripted([json({})]);
    await client.call('/speech', { json: {} });
    await client.call('/speech', { json: {} });
    await client.call('/speech', { json: {}, idempotencyKey: 'chapter-0001' });
    await client.call('/speech');
    const [first, second, own, none] = sent.map(({ headers }) => headers['idempotency-key']);
    expect(first).not.toBe(second);
    expect([own, none]).toEqual(['chapter-0001', undefined]);
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'GET']);
  });

  test('waits as long as Retry-After says, in seconds or until a date, and longer each time without it', async () => {
    const inSeconds = scripted([problem(503, 'overloaded', { 'retry-after': '20' }), json({})]);
    await outcomeOf(inSeconds.client.call('/speech'));
    expect(inSeconds.sent[1]!.atMs - inSeconds.sent[0]!.atMs).toBeGreaterThanOrEqual(20_000);
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 30_000).toUTCString();
    const until = scripted([problem(429, 'rate_limited', { 'retry-after': date }), json({})]);
    await outcomeOf(until.client.call('/speech'));
    expect(until.sent[1]!.atMs).toBeGreaterThanOrEqual(Date.parse(date));

    const { client, sent } = scripted([networkLoss]);
    await outcomeOf(client.call('/speech', { tries: 8 }));
    const pauses = sent.slice(1).map(({ atMs }, index) => atMs - sent[index]!.atMs);
    pauses.forEach((ms, index) => {
      const longest = Math.min(8_000, 500 * 2 ** index);
      expect(ms).toBeGreaterThanOrEqual(longest / 2 - 1);
      expect(ms).toBeLessThanOrEqual(longest + 1);
    });
  });

  test('is not kept waiting for minutes: the refusal says when to come back', async () => {
    const { client, sent } = scripted([problem(429, 'rate_limited', { 'retry-after': '61' })]);
    const refused = await outcomeOf(client.call('/speech'));
    expect(refused).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 61 });
    expect(sent).toHaveLength(1);
  });

  test('gives up after so many tries, and says that nobody knows', async () => {
    const { client, sent } = scripted([networkLoss]);
    expect(await outcomeOf(client.call('/speech', { json: {} }))).toBeInstanceOf(Unreachable);
    expect(sent).toHaveLength(5);
    const once = scripted([networkLoss]);
    expect(await outcomeOf(once.client.call('/speech', { tries: 1 }))).toBeInstanceOf(Unreachable);
    expect(once.sent).toHaveLength(1);
  });

  test('whose answer broke off has none: the next try fetches it', async () => {
    const half = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"audio":'));
            controller.error(new TypeError('terminated'));
          },
        }),
      );
    const { client, sent } = scripted([half, json({ audio: 'A' })]);
    expect(await outcomeOf(client.call('/speech', { json: {} }))).toEqual({ audio: 'A' });
    expect(sent[1]!.headers['idempotency-key']).toBe(sent[0]!.headers['idempotency-key']);
  });

  test('ends when its caller does not want it any more, also between two tries', async () => {
    const { client, sent } = scripted([networkLoss]);
    const leaving = new AbortController();
    const outcome = client.call('/speech', { signal: leaving.signal }).catch((error: Error) => error);
    await jest.advanceTimersByTimeAsync(10);
    leaving.abort(new Error('gone'));
    expect(await outcome).toEqual(new Error('gone'));
    await jest.runAllTimersAsync();
    expect(sent).toHaveLength(1);
  });

  test('of what can be sent but once is sent once', async () => {
    const { client, sent } = scripted([networkLoss]);
    const body = new ReadableStream();
    expect(await outcomeOf(client.call('/speech', { body }))).toBeInstanceOf(Unreachable);
    expect(sent).toHaveLength(1);
  });

  test('asks for the token before each try, and tells which one was not let in', async () => {
    const tokens = ['old', 'new', 'newest'];
    const signedOut: unknown[] = [];
    const { client, sent } = scripted([problem(503, 'overloaded'), problem(401, 'unauthenticated')], {
      token: () => Promise.resolve(tokens.shift()),
      onSignedOut: (token) => signedOut.push(token),
    });
    await outcomeOf(client.call('/speech'));
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer old', 'Bearer new']);
    expect(signedOut).toEqual(['new']);
  });

  test('says no more than the status where what refused it spoke no JSON', async () => {
    const { client } = scripted([new Response('<html>nginx</html>', { status: 413 })]);
    const refused = (await outcomeOf(client.call('/speech'))) as CreditsProblem;
    expect([refused.status, refused.code, refused.message]).toEqual([
      413,
      'unknown',
      'The server answered 413.',
    ]);
  });
});
