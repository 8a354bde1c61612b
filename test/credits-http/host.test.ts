import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CreditsClient, isProblem } from '../../src/client/index.js';
import { CreditsDisplayModule } from '../../src/credits-display/index.js';
import { CreditsHttpModule } from '../../src/credits-http/index.js';
import { adapters } from '../gate/foreign-app.js';
import { Gate } from '../gate/gate-harness.js';
import { until } from '../support/until.js';
import { openCuttingProxy } from './cutting-proxy.js';

/** With the cache of `creditgate/display`, and without it. */
const displays = [
  ['cached', [CreditsDisplayModule.forRoot(), CreditsHttpModule.forRoot()]],
  ['uncached', [CreditsHttpModule.forRoot()]],
] as const;

const hosts = adapters.flatMap((adapter) =>
  displays.map(([display, imports]) => [adapter, display, imports] as const),
);

describe.each(hosts)('the credit routes in a host on %s, %s', (adapter, display, imports) => {
  const gate = Gate.onEach(adapter, { imports: [...imports] });

  /** A page of this user, at the app itself or at what stands before it. */
  function clientOf(user: string, url = gate.foreign.url): CreditsClient {
    return new CreditsClient({
      url: `${url}/credits`,
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...(init?.headers as object), 'x-user': user } }),
    });
  }

  const speak = (client: CreditsClient, more: object = {}, url = gate.foreign.url) =>
    client.call<{ audio: string }>(`${url}/speech`, { json: { text: 'hello' }, ...more });

  test('show the balance, live: a charge, a hold of another process and an edit in SQL', async () => {
    const user = await gate.customer(100);
    const client = clientOf(user);
    const seen: number[] = [];
    client.live.watch(({ known }) => seen.push(known!.available));
    const stop = client.live.follow();
    await until(() => client.live.get().connection === 'live');
    expect(client.live.get().known).toMatchObject({ available: 100, held: 0, low: false });
    expect(await speak(client)).toMatchObject({ audio: 'HELLO', credits: { charged: 7 } });
    expect(client.live.get().known).toMatchObject({ available: 93 });
    const hold = await gate.books.credits.hold({ userId: user, action: 'elsewhere', credits: 80 });
    await until(() => client.live.get().known!.available === 13);
    expect(client.live.get().known).toMatchObject({ held: 80, low: true });
    await gate.books.dataSource.query(`UPDATE credits.wallets SET balance = 500 WHERE user_id = $1`, [user]);
    await until(() => client.live.get().known!.available === 420);
    await gate.books.credits.release({ holdId: hold.id });
    await until(() => client.live.get().known!.available === 500);
    stop();
    expect(seen[0]).toBe(100);
  });

  test('charge once what is asked again under its key while answers are cut', async () => {
    const user = await gate.customer(100);
    const proxy = await openCuttingProxy(gate.foreign.url);
    const client = clientOf(user, proxy.url);
    proxy.cut(2);
    const answer = await speak(client, {}, proxy.url);
    expect(answer).toMatchObject({ audio: 'HELLO', credits: { charged: 7, available: 93 } });
    expect(await gate.wallet(user)).toEqual({ balance: 93, held: 0, charges: [-7] });
    expect((await gate.holds(user)).map(({ state }) => state)).toEqual(['captured']);
    await proxy.close();
  });

  test('refuse with a problem that the client knows by its code: 402 with what is missing, 409, 400', async () => {
    const user = await gate.customer(5);
    const client = clientOf(user);
    const short = await speak(client).catch((error: unknown) => error);
    if (!isProblem(short, 'insufficient_credits')) throw short;
    const { required, available, shortfall, action } = short.members;
    expect([required, available, shortfall, action]).toEqual([7, 5, 2, 'text_to_speech']);
    const dear = await speak(client, { maxCredits: 6 }).catch((error: unknown) => error);
    if (!isProblem(dear, 'price_exceeds_max')) throw dear;
    expect(dear.members.required).toBe(7);
    const wrong = await client.history({ limit: 0 }).catch((error: unknown) => error);
    if (!isProblem(wrong, 'validation_failed')) throw wrong;
    expect(wrong.members.errors).toEqual([
      { path: 'limit', message: 'must be a whole number from 1 to 200' },
    ]);
  });

  test('answer prices, quotes, the history, holds, grants and usage', async () => {
    const user = await gate.customer(20);
    const client = clientOf(user);
    const { prices } = await client.prices();
    expect(prices).toContainEqual({ action: 'text_to_speech', credits: 7 });
    const quoted = await client.quote({ action: 'text_to_speech', units: 2 });
    expect(quoted).toMatchObject({ credits: 14, available: 20, availableAfter: 6, sufficient: true });
    await speak(client);
    const { id } = await gate.books.credits.hold({ userId: user, action: 'elsewhere', credits: 2 });
    const first = await client.history({ limit: 1 });
    expect(first.data).toEqual([expect.objectContaining({ kind: 'charge', amount: -7 })]);
    const rest = await client.history({ limit: 1, cursor: first.nextCursor! });
    expect(rest.data).toEqual([expect.objectContaining({ kind: 'grant', amount: 20 })]);
    expect(await client.holds('held')).toEqual([expect.objectContaining({ id, amount: 2 })]);
    expect(await client.hold(id)).toMatchObject({ id, state: 'held', charged: null });
    expect(await client.grants()).toEqual([expect.objectContaining({ remaining: 13 })]);
    expect(await client.usage({ groupBy: 'action' })).toEqual([
      { key: 'text_to_speech', credits: 7, count: 1 },
    ]);
    await gate.books.credits.release({ holdId: id });
  });

  const ask = (path: string, user?: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    fetch(`${gate.foreign.url}/${path}`, {
      ...init,
      headers: { ...(user && { 'x-user': user }), ...headers },
    });

  test.each(['credits', 'auth/credits'])('GET /%s has a tag, and 304 for who has it', async (path) => {
    const user = await gate.customer(100);
    const first = await ask(path, user);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toMatch(/\bAuthorization\b/);
    const known = { 'if-none-match': first.headers.get('etag')! };
    const again = await ask(path, user, known);
    expect([again.status, await again.text()]).toEqual([304, '']);
    await gate.post('speech', { user, body: { text: 'hello' } });
    const changed = await ask(path, user, known);
    expect([changed.status, await changed.json()]).toEqual([200, expect.objectContaining({ credits: 93 })]);
    const source = async (query = '') =>
      ((await (await ask(path + query, user)).json()) as { source: string }).source;
    if (display === 'cached') await until(async () => (await source()) === 'cache');
    else expect([await source(), await source()]).toEqual(['database', 'database']);
    expect(await source('?refresh=true')).toBe('database');
  });

  test('say what is wrong as problems, each with its headers', async () => {
    const user = await gate.customer(10);
    const refused = async (response: Response) => {
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      const { status, code, type } = (await response.json()) as Record<string, unknown>;
      expect([status, type]).toEqual([response.status, `/problems/${String(code).replaceAll('_', '-')}`]);
      return `${response.status} ${String(code)}`;
    };
    const nobody = await ask('credits');
    expect([await refused(nobody), nobody.headers.get('www-authenticate')]).toEqual([
      '401 unauthenticated',
      'Bearer',
    ]);
    const json = { 'content-type': 'application/json' };
    const quote = (body: string) => ask('credits/quote', user, json, { method: 'POST', body });
    const others = await gate.books.credits.hold({
      userId: await gate.customer(5),
      action: 'elsewhere',
      credits: 2,
    });
    const answers = [
      ask('credits?refresh=yes', user),
      ask('credits?refresh=true&refresh=true', user),
      ask('credits?fresh=true', user),
      ask('credits', user, { 'x-min-balance-version': 'abc' }),
      ask('credits', user, { 'x-min-balance-version': '1000' }),
      ask('credits/history?from=yesterday', user),
      ask('credits/history?cursor=x', user),
      ask('credits/holds?state=lost', user),
      ask('credits/holds/no-id', user),
      ask(`credits/holds/${others.id}`, user),
      ask(`credits/holds/${randomUUID()}`, user),
      ask('credits/usage?groupBy=month', user),
      quote('{"action":"unknown"}'),
      quote('{"action":"text_to_speech","units":-1}'),
      quote('{"action":"text_to_speech","userId":"bob"}'),
      quote('[]'),
    ];
    const said = [];
    for (const answer of answers) said.push(await refused(await answer));
    const invalid = (times: number) => Array<string>(times).fill('400 validation_failed');
    expect(said).toEqual([
      ...invalid(4),
      '412 balance_version_unknown',
      ...invalid(4),
      '404 not_found',
      '404 not_found',
      ...invalid(5),
    ]);
    await gate.books.credits.release({ holdId: others.id });
  });

  test('of a database that is away say 503 and when to come back, never 0', async () => {
    const user = await gate.customer(10);
    const { dataSource } = gate.foreign;
    const query = dataSource.query.bind(dataSource);
    dataSource.query = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    try {
      for (const path of ['credits?refresh=true', 'credits/stream', 'credits/history', 'credits/holds']) {
        const response = await ask(path, user);
        expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
        expect(await response.json()).toMatchObject({ code: 'credits_unavailable' });
      }
    } finally {
      dataSource.query = query;
    }
  });

  test('give the history as CSV, too', async () => {
    const user = await gate.customer(10);
    const response = await ask('credits/history', user, { accept: 'text/csv' });
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    const [header, row] = (await response.text()).split('\r\n');
    expect(header).toMatch(/^id,version,kind,amount,balanceAfter,.*,description,owedAfter$/);
    expect(row).toMatch(/,1,grant,10,10,,bought,operator,/);
  });
});
