import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CreditsClient, Unreachable } from '../../src/client/index.js';
import { line, settled } from './line.js';
import { Rendered } from './rendered.js';
import { json, networkLoss, problem, scripted } from './scripted.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const minutes = (count: number) => jest.advanceTimersByTimeAsync(count * 60_000);

describe('useBalance', () => {
  test('shows each change in every place on one line, which ends with the last place', async () => {
    const one = line();
    const { client, sent } = scripted([one.open]);
    const places = [1, 2].map(() => new Rendered(({ useBalance }) => useBalance(client)));
    expect(places[0]!.shown).toEqual({ known: null, connection: 'loading' });
    await settled();
    for (const [version, credits] of [100, 95].entries()) {
      await one.tell(version, credits);
      for (const { shown } of places) expect(shown).toMatchObject({ known: { available: credits } });
    }
    const [first, second] = places;
    first!.unmount();
    const { turns } = first!;
    await one.tell(3, 90);
    expect([first!.turns, second!.shown.known!.available]).toEqual([turns, 90]);
    second!.unmount();
    expect([one.isOpen, client.live.get().connection]).toEqual([false, 'stale']);
    await minutes(1);
    expect(sent).toHaveLength(1);
  });

  test('shows what is known at once, and asks the other client when it is given another', async () => {
    const [mine, yours] = [line(), line()];
    const { client } = scripted([mine.open]);
    const { client: other } = scripted([yours.open]);
    let given = client;
    const place = new Rendered(({ useBalance }) => useBalance(given));
    await settled();
    await mine.tell(7, 40);
    expect(new Rendered(({ useBalance }) => useBalance(client)).shown.known).toMatchObject({ available: 40 });
    given = other;
    place.render();
    expect(place.shown.known).toBeNull();
    await settled();
    await yours.tell(1, 3);
    expect(place.shown.known).toMatchObject({ available: 3 });
    await mine.tell(8, 41);
    expect(place.shown.known).toMatchObject({ available: 3 });
  });
});

describe('usePrices', () => {
  const list = { priceVersion: 'a', prices: [] };
  const shownBy = (client: CreditsClient) => new Rendered(({ usePrices }) => usePrices(client));

  test('asks until there is an answer', async () => {
    const { client } = scripted([...Array<Error>(9).fill(networkLoss), json(list)]);
    const place = shownBy(client);
    expect(place.shown).toEqual({ data: null, problem: null });
    await minutes(2);
    expect(place.shown).toEqual({ data: list, problem: null });
  });

  test('says why there is none', async () => {
    const place = shownBy(scripted([problem(404, 'not_found')]).client);
    await minutes(1);
    expect(place.shown).toMatchObject({ data: null, problem: { code: 'not_found' } });
  });

  test('asks no more, and shows nothing more, when nobody looks', async () => {
    const { client, sent } = scripted([networkLoss]);
    const place = shownBy(client);
    await minutes(0.1);
    place.unmount();
    const [asked, { turns }] = [sent.length, place];
    await minutes(5);
    expect([sent.length, place.turns]).toEqual([asked, turns]);
  });
});

describe('usePurchase', () => {
  interface Asked {
    path: string;
    key: string | undefined;
    atMs: number;
  }

  /** What is bought stays open for so many looks; a checkout is answered after so many that were lost. */
  function shop({ looks = 0, lost = 0 } = {}) {
    const asked: Asked[] = [];
    const answer: typeof fetch = async (url, init) => {
      init?.signal?.throwIfAborted();
      const key = (init?.headers as Record<string, string>)['idempotency-key'];
      asked.push({ path: url as string, key, atMs: Date.now() });
      if (init?.method === 'POST' && lost-- > 0) throw networkLoss;
      return json({ id: 'p1', state: init?.method === 'POST' || looks-- > 0 ? 'open' : 'paid' });
    };
    const client = new CreditsClient({ fetch: answer });
    return { asked, place: new Rendered(({ usePurchase }) => usePurchase(client)), client };
  }
  const keysOf = (asked: Asked[]) => asked.flatMap(({ key }) => key ?? []);
  const looksAt = (asked: Asked[]) => asked.filter(({ path }) => path.endsWith('/purchases/p1'));

  test('buys under one key until there is an answer, and under another one after it', async () => {
    const { asked, place } = shop({ lost: 5 });
    const first = place.shown.buy('STARTER');
    expect(place.shown.isBusy).toBe(true);
    await minutes(1);
    expect(await first).toBeNull();
    expect(place.shown).toMatchObject({ problem: expect.any(Unreachable), isBusy: false });
    expect(await place.shown.buy('STARTER')).toMatchObject({ id: 'p1' });
    expect(place.shown).toMatchObject({ problem: null, isBusy: false });
    const before = keysOf(asked);
    expect(before).toEqual(Array(6).fill(before[0]));
    await place.shown.buy('STARTER');
    expect(keysOf(asked).at(-1)).not.toBe(before[0]);
    place.unmount();
  });

  test('takes another key for another offer', async () => {
    const { asked, place } = shop({ lost: 5 });
    const first = place.shown.buy('STARTER');
    await minutes(1);
    await first;
    await place.shown.buy('LARGE');
    expect(new Set(keysOf(asked)).size).toBe(2);
    place.unmount();
  });

  test('looks until it is decided, ever more seldom, and then no more', async () => {
    const { asked, place } = shop({ looks: 12 });
    await place.shown.buy('STARTER');
    await settled();
    expect(place.shown.purchase).toMatchObject({ state: 'open' });
    await minutes(5);
    expect(place.shown.purchase).toMatchObject({ state: 'paid' });
    const times = looksAt(asked).map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((atMs, n) => atMs - times[n]!);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect([pauses.length, pauses[0], pauses.at(-1)]).toEqual([12, 1_500, 15_000]);
  });

  test('follows one that was begun elsewhere, and leaves it alone when nobody looks', async () => {
    const { asked, client } = shop({ looks: Infinity });
    const place = new Rendered(({ usePurchase }) => usePurchase(client, 'p1'));
    await minutes(1);
    expect(place.shown.purchase).toMatchObject({ state: 'open' });
    place.unmount();
    const { length } = looksAt(asked);
    await minutes(5);
    expect(looksAt(asked)).toHaveLength(length);
  });
});
