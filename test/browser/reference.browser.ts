import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'playwright-core';
import { openStage, type Stage } from './stage.js';

const LIMIT_BYTES = 60_000;

describe('the description of the API', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('shows a route with its answer, its refusals and a command to copy, in less than 60 kB', async () => {
    const page = await (await stage.profile()).newPage();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto(`${stage.url}docs`);
    await page.getByLabel('Find a route').fill('refund entries');
    const route = page.locator('.route', { hasText: '/api/admin/entries/{entryId}/refund' });
    await route.locator('summary').first().click();
    await route.getByText('"reason": "the reading was cut short"').first().waitFor();
    await route.getByText(/^curl -s -X POST/).waitFor();
    await route.getByRole('link', { name: 'refund_exceeds_charge' }).click();
    await page.getByRole('heading', { name: 'More credits than the charge has left' }).waitFor();
    const sizes = await Promise.all(
      responses.slice(0, 5).map(async (response) => {
        const { responseBodySize, responseHeadersSize } = await response.request().sizes();
        return responseBodySize + responseHeadersSize;
      }),
    );
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(LIMIT_BYTES);
  });

  test('opens at the route that its address names, on a small screen without scrolling sideways', async () => {
    const profile = await stage.profile({ viewport: { width: 360, height: 740 } });
    const page = await profile.newPage();
    await page.goto(`${stage.url}docs#postUploadTxt`);
    await page
      .locator('#postUploadTxt')
      .getByText(/^curl -s -X POST/)
      .waitFor();
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
  });
});
