import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Metrics } from '../../src/watch/metrics.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';

let toy: OpenApp;
afterEach(() => toy.close());

describe('/metrics', () => {
  test('is rendered once for all who ask within a second, at once or in turns', async () => {
    toy = await openApp({});
    const rendered = jest.spyOn(toy.app.get(Metrics).registry, 'metrics');
    const ask = async () => (await fetch(`${toy.url}/metrics`)).text();
    const startedAt = performance.now();
    const texts = await Promise.all(Array.from({ length: 50 }, ask));
    for (let i = 0; i < 5; i += 1) texts.push(await ask());
    const times = 1 + Math.floor((performance.now() - startedAt) / 1000);
    expect(rendered.mock.calls.length).toBeLessThanOrEqual(times);
    expect(texts[0]).toContain('http_request_duration_seconds');
    expect(new Set(texts).size).toBe(rendered.mock.calls.length);
  });

  test('wants METRICS_TOKEN where that is set, and nobody else’s', async () => {
    toy = await openApp({ variables: { METRICS_TOKEN: 'scrape-me' } });
    const ask = async (headers: Record<string, string>) => {
      const { status, headers: answered } = await fetch(`${toy.url}/metrics`, { headers });
      return [status, answered.get('content-type'), answered.get('www-authenticate')];
    };
    const refused = [401, 'application/problem+json; charset=utf-8', 'Bearer'];
    expect(await ask({})).toEqual(refused);
    expect(await ask({ authorization: 'Bearer scrape-mE' })).toEqual(refused);
    expect(await ask({ authorization: 'Bearer scrape-me-' })).toEqual(refused);
    expect(await ask(await signedIn('alice', { app_metadata: { role: 'admin' } }))).toEqual(refused);
    expect(await ask({ authorization: 'Bearer scrape-me' })).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      null,
    ]);
  });
});
