import { afterEach, describe, expect, test } from '@jest/globals';
import { openApp, type OpenApp } from '../support/app.js';
import { until } from '../support/until.js';
import { ToyController } from './toy.controller.js';

let toy: OpenApp;
afterEach(() => toy.close());

async function behind(trustProxy: string): Promise<void> {
  toy = await openApp({
    controllers: [ToyController],
    variables: { RATE_LIMIT_PER_MINUTE: '1', TRUST_PROXY: trustProxy },
  });
}

let requests = 0;

/** The address that the log names, which is the one that the limit counts. */
async function addressOf(...forwarded: string[]): Promise<unknown> {
  requests += 1;
  const id = `forwarded-${requests}`;
  const headers = new Headers({ 'x-request-id': id });
  for (const value of forwarded) headers.append('x-forwarded-for', value);
  await fetch(`${toy.url}/api/toys/open`, { headers });
  const line = () => toy.log.find(({ reqId, msg }) => reqId === id && msg === 'request');
  await until(() => line() !== undefined);
  return line()!['address'];
}

describe('X-Forwarded-For', () => {
  test('is nothing to a server that trusts nobody', async () => {
    await behind('');
    expect(await addressOf('203.0.113.1')).toBe('127.0.0.1');
  });

  test('is nothing when it comes from somebody who is not trusted', async () => {
    await behind('192.0.2.0/24');
    expect(await addressOf('203.0.113.1')).toBe('127.0.0.1');
  });

  test('is read from its end, past those who are trusted, and what a client wrote before that is nothing', async () => {
    await behind('127.0.0.1, 192.0.2.0/24, 2001:db8:7::/48');
    expect(await addressOf('203.0.113.1')).toBe('203.0.113.1');
    expect(await addressOf('10.9.9.9, 203.0.113.2')).toBe('203.0.113.2');
    expect(await addressOf('10.9.9.9, 203.0.113.3, 192.0.2.7, 2001:db8:7::1')).toBe('203.0.113.3');
    expect(await addressOf('10.9.9.9', '203.0.113.4')).toBe('203.0.113.4');
    expect(await addressOf('127.0.0.1, 203.0.113.5')).toBe('203.0.113.5');
    expect(await addressOf()).toBe('127.0.0.1');
  });

  test('lets each client of a proxy have its own limit', async () => {
    await behind('127.0.0.1/32');
    const from = async (address: string) =>
      (await fetch(`${toy.url}/api/toys/open`, { headers: { 'x-forwarded-for': `1.2.3.4, ${address}` } }))
        .status;
    expect([await from('203.0.113.1'), await from('203.0.113.2')]).toEqual([200, 200]);
    expect([await from('203.0.113.1'), await from('203.0.113.2')]).toEqual([429, 429]);
  });
});
