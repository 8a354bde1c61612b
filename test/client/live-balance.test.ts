import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ShownBalance } from '../../src/client/index.js';
import { balanceAt, line, settled } from './line.js';
import { json, networkLoss, problem, scripted, type Step } from './scripted.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const shownIn = ({ known, connection }: ShownBalance) => [known?.available ?? null, connection];

describe('the balance', () => {
  test('is unknown, which is no zero, until it is told, and then live', async () => {
    const { open, tell } = line();
    const { client } = scripted([open]);
    expect(shownIn(client.live.get())).toEqual([null, 'loading']);
    const stop = client.live.follow();
    await settled();
    expect(shownIn(client.live.get())).toEqual([null, 'loading']);
    await tell(1, 100);
    expect(shownIn(client.live.get())).toEqual([100, 'live']);
    stop();
    expect(shownIn(client.live.get())).toEqual([100, 'stale']);
  });

  test('is never older than what an answer said, whatever comes last', async () => {
    const { open, tell } = line();
    const charged = { credits: { ...balanceAt(5, 93), charged: 7, entryId: null, holdId: null } };
    const { client } = scripted([open, json(charged), problem(503, 'overloaded')]);
    const stop = client.live.follow();
    await settled();
    await tell(3, 100);
    await client.call('/speech', { json: {} });
    expect(client.live.get().known).toMatchObject({ version: 5, available: 93 });
    await tell(4, 97);
    expect(client.live.get().known).toMatchObject({ version: 5, available: 93 });
    await tell(6, 90);
    expect(client.live.get().known).toMatchObject({ version: 6, available: 90 });
    stop();
  });

  test('is not told again by an answer that knows no more than the line did', async () => {
    const { open, tell } = line();
    const charged = { credits: { ...balanceAt(5, 93), charged: 7, entryId: null, holdId: null } };
    const { client } = scripted([open, json(charged)]);
    const stop = client.live.follow();
    await settled();
    await tell(5, 93);
    const shown = client.live.get();
    await client.call('/speech', { json: {} });
    expect(client.live.get()).toBe(shown);
    stop();
  });

  test('that an answer brings after somebody else signed in is not theirs', async () => {
    const charged = { credits: { ...balanceAt(50, 7_000), charged: 3, entryId: null, holdId: null } };
    const short = { status: 402, code: 'insufficient_credits', balanceVersion: 90 };
    const late = [json(charged), json({ ...short, ...charged }, 402), json(balanceAt(50, 7_000))];
    const { client, sent } = scripted([...late, json(balanceAt(1, 100))]);
    const asked = [
      client.call('/speech', { json: {} }),
      client.call('/speech', { json: {} }),
      client.balance(),
    ];
    client.live.forget();
    await Promise.allSettled(asked);
    expect(client.live.get().known).toBeNull();
    await client.balance();
    expect(sent.at(-1)!.headers).not.toHaveProperty('x-min-balance-version');
    expect(client.live.get().known).toMatchObject({ version: 1, available: 100 });
  });

  test('of a refusal and of work that failed is known, too', async () => {
    const failed = { status: 422, code: 'file_corrupt', credits: { ...balanceAt(4, 40), charged: 0 } };
    const short = { status: 402, code: 'insufficient_credits', balanceVersion: 9 };
    const { client, sent } = scripted([json(failed, 422), json(short, 402), json(balanceAt(9, 3))]);
    await client.call('/speech', { json: {} }).catch(() => undefined);
    expect(client.live.get().known).toMatchObject({ version: 4, available: 40 });
    await client.call('/speech', { json: {} }).catch(() => undefined);
    await client.balance();
    expect(sent[2]!.headers['x-min-balance-version']).toBe('9');
    expect(client.live.get().known).toMatchObject({ version: 9, available: 3 });
    client.live.forget();
    expect(shownIn(client.live.get())).toEqual([null, 'loading']);
  });

  test('has one line, however many follow it, which ends with the last of them', async () => {
    const one = line();
    const { client, sent } = scripted([one.open]);
    const [first, second] = [client.live.follow(), client.live.follow()];
    await settled();
    first();
    first();
    expect([sent.length, one.isOpen]).toEqual([1, true]);
    second();
    expect(one.isOpen).toBe(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  test('comes back by itself when its line breaks, says so, and is true again', async () => {
    const [before, after] = [line(), line()];
    const { client, sent } = scripted([before.open, networkLoss, problem(503, 'overloaded'), after.open]);
    const seen: unknown[] = [];
    client.live.watch((shown) => seen.push(shownIn(shown)));
    const stop = client.live.follow();
    await settled();
    await before.tell(1, 100);
    before.end();
    await jest.advanceTimersByTimeAsync(10_000);
    await after.tell(2, 95);
    expect(sent).toHaveLength(4);
    expect(seen).toEqual([
      [100, 'loading'],
      [100, 'live'],
      [100, 'stale'],
      [100, 'offline'],
      [100, 'stale'],
      [95, 'stale'],
      [95, 'live'],
    ]);
    stop();
  });

  test('that could not be read so far is no longer called loading', async () => {
    const { client } = scripted([problem(500, 'internal')]);
    const stop = client.live.follow();
    await settled();
    expect(shownIn(client.live.get())).toEqual([null, 'stale']);
    stop();
  });

  test('does not wait for a line on which nothing is said any more, and waits while there are signs of life', async () => {
    const one = line();
    const { client, sent } = scripted([one.open]);
    const stop = client.live.follow();
    await settled();
    for (let beats = 0; beats < 10; beats += 1) {
      await jest.advanceTimersByTimeAsync(15_000);
      one.beat();
    }
    expect(sent).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(45_000);
    expect(sent.length).toBeGreaterThan(1);
    stop();
  });

  test('is not asked for ever faster by lines that end at once', async () => {
    const { client, sent } = scripted([
      () => new Response(`event: balance\ndata: ${JSON.stringify(balanceAt(1))}\n\n`),
    ]);
    const stop = client.live.follow();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(sent.length).toBeLessThan(25);
    stop();
  });

  test('comes back at once after a line that lasted, however often there was none before', async () => {
    const lasting = line();
    const { client, sent } = scripted([...Array<Step>(8).fill(networkLoss), lasting.open]);
    const stop = client.live.follow();
    while (sent.length < 9) await jest.advanceTimersByTimeAsync(100);
    await jest.advanceTimersByTimeAsync(20_000);
    lasting.end();
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toHaveLength(10);
    stop();
  });

  test('hangs up when the network goes, and comes back when it does or when somebody looks again', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), document: page });
    const [before, after] = [line(), line()];
    const { client, sent } = scripted([before.open, networkLoss, problem(503, 'overloaded'), after.open]);
    const stop = client.live.follow();
    await settled();
    page.dispatchEvent(new Event('offline'));
    await settled();
    expect([before.isOpen, sent.length]).toEqual([false, 1]);
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toHaveLength(2);
    page.dispatchEvent(new Event('online'));
    await settled();
    expect(sent).toHaveLength(3);
    page.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(sent).toHaveLength(3);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect([sent.length, after.isOpen]).toEqual([4, true]);
    stop();
    for (const name of ['addEventListener', 'document']) Reflect.deleteProperty(globalThis, name);
  });
});
