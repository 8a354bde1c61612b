import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callerOfAddress } from '../../src/http/rate-limit.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { ToyController } from './toy.controller.js';

describe('the rate limit', () => {
  let toy: OpenApp;

  beforeEach(async () => {
    toy = await openApp({ controllers: [ToyController], variables: { RATE_LIMIT_PER_MINUTE: '3' } });
  });

  afterEach(() => toy.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(toy.url + path, { headers });
  const statuses = async (times: number, path: string, headers?: Record<string, string>) => {
    const all: number[] = [];
    for (let i = 0; i < times; i += 1) all.push((await get(path, headers)).status);
    return all;
  };

  test('counts each user alone, wherever they come from', async () => {
    const [alice, bob] = [await signedIn('alice'), await signedIn('bob')];
    expect(await statuses(5, '/api/toys/me', alice)).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(3, '/api/toys/me', bob)).toEqual([200, 200, 200]);
    // Another token of the same user is the same user.
    expect(await statuses(1, '/api/toys/me', await signedIn('alice', { aal: 'aal2' }))).toEqual([429]);
  });

  test('counts strangers by their address, those with wrong tokens too', async () => {
    const guess = (i: number) => ({ authorization: `Bearer guess-${i}` });
    expect((await get('/api/toys/open')).status).toBe(200);
    expect((await get('/api/toys/me', guess(1))).status).toBe(401);
    expect((await get('/api/toys/me', guess(2))).status).toBe(401);
    expect((await get('/api/toys/me', guess(3))).status).toBe(429);
    expect((await get('/api/toys/open')).status).toBe(429);
    // What others behind this address have used up is nothing to those who are signed in.
    expect((await get('/api/toys/me', await signedIn('alice'))).status).toBe(200);
    // A name made to look like an address is a name.
    expect((await get('/api/toys/me', await signedIn('address 127.0.0.1'))).status).toBe(200);
  });

  test('takes the addresses of one customer for one caller, and those of two for two', () => {
    const home = callerOfAddress('2001:db8:0:7::1');
    expect(callerOfAddress('2001:DB8:0:7:ffff:1:2:3')).toBe(home);
    expect(callerOfAddress('2001:db8:0:8::1')).not.toBe(home);
    expect(callerOfAddress('::ffff:192.0.2.1')).toBe(callerOfAddress('192.0.2.1'));
    expect(callerOfAddress('192.0.2.2')).not.toBe(callerOfAddress('192.0.2.1'));
  });

  test('says how much is left, and when to come back', async () => {
    const alice = await signedIn('alice');
    const first = await get('/api/toys/me', alice);
    const facts = ['limit', 'remaining', 'reset'].map((name) => first.headers.get(`ratelimit-${name}`));
    expect(facts).toEqual(['3', '2', '60']);
    await statuses(2, '/api/toys/me', alice);
    const refused = await get('/api/toys/me', alice);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
  });

  test('comes before whatever else may be wrong with a request, and after who sent it', async () => {
    const alice = { ...(await signedIn('alice')), 'content-type': 'application/json' };
    const order = () => fetch(`${toy.url}/api/toys/orders`, { method: 'POST', headers: alice, body: '{' });
    expect([(await order()).status, (await order()).status, (await order()).status]).toEqual([400, 400, 400]);
    expect((await order()).status).toBe(429);
  });

  test('counts by their address those who ask for files, the documentation, or what is not there', async () => {
    expect((await get('/openapi.json')).status).toBe(200);
    expect((await get('/openapi.json')).status).toBe(200);
    expect((await get('/nothing/here')).status).toBe(404);
    for (const path of ['/openapi.json', '/nothing/here', '/api/nothing']) {
      const refused = await get(path, await signedIn('alice'));
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
        429,
        'rate_limited',
      ]);
    }
    expect((await get('/api/toys/me', await signedIn('alice'))).status).toBe(200);
  });

  test('never keeps a probe from its answer', async () => {
    expect(await statuses(6, '/health/live')).toEqual(Array(6).fill(200));
    expect(await statuses(6, '/metrics')).toEqual(Array(6).fill(200));
  });

  test('is off at 0', async () => {
    const open = await openApp({ controllers: [ToyController], variables: { RATE_LIMIT_PER_MINUTE: '0' } });
    const alice = await signedIn('alice');
    for (let i = 0; i < 10; i += 1) {
      const response = await fetch(`${open.url}/api/toys/me`, { headers: alice });
      expect([response.status, response.headers.has('ratelimit-limit')]).toEqual([200, false]);
    }
    await open.close();
  });
});
