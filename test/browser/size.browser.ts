import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'playwright-core';
import { showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

const LIMIT_BYTES = 70_000;

describe('the page on a cold browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_SIGNUP_GRANT: '100' });
  });
  afterAll(() => stage.close());

  test('is less than 70 kB over the wire in all, answers and headers included, and its own files are compressed and kept', async () => {
    const page = await (await stage.profile()).newPage();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto(stage.address);
    await showsCredits(page, 100);
    const files = responses.filter((response) => !response.url().includes('/api/'));
    // The balance's line never ends, so it has no size yet.
    const ended = responses.filter((response) => !response.url().includes('/stream'));
    const sizes = await Promise.all(
      ended.map(async (response) => {
        const { responseBodySize, responseHeadersSize } = await response.request().sizes();
        return responseBodySize + responseHeadersSize;
      }),
    );
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(LIMIT_BYTES);
    for (const file of files.filter((response) => /main-/.test(response.url()))) {
      const headers = await file.allHeaders();
      expect(headers['content-encoding']).toMatch(/^(br|gzip)$/);
      expect(headers['cache-control']).toContain('immutable');
    }
  });

  test('asks crawlers to stay away, and has its icon where one looks for it', async () => {
    expect(await (await fetch(`${stage.url}robots.txt`)).text()).toContain('Disallow: /');
    const icon = await fetch(`${stage.url}favicon.ico`);
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  });

  test('may run nothing but its own script', async () => {
    const { headers } = await fetch(stage.url);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-cache');
  });
});
