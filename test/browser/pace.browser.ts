import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose } from './parts.js';
import { openStage, type Stage } from './stage.js';

const MINUTE_MS = 60_000;
const MOST_READS_A_MINUTE = 100;

describe('an open page', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('leaves its user’s requests to the user: 200 uploads beside an open history are read for in under 100 a minute', async () => {
    const work = await stage.open('busy', { credits: 1_000 });
    const history = await work.context().newPage();
    await history.goto(`${stage.url}#history`);
    await history.locator('#balance.live').waitFor();
    const times: number[] = [];
    for (const page of [work, history]) {
      page.on('request', (request) => {
        if (request.method() === 'GET' && request.url().includes('/api/')) times.push(Date.now());
      });
    }
    const files = Array.from({ length: 200 }, (_, index) => ({
      name: `file-${index}.txt`,
      content: `File ${index}`,
    }));
    await choose(work, ...files);
    await work.getByText('200 files · 600 credits · leaves 400').waitFor();
    await work.getByRole('button', { name: 'Start', exact: true }).click();
    await work.getByText('200 of 200 done').waitFor({ timeout: 200_000 });
    // What the last of them changed is followed, too.
    await history
      .locator('td[data-name="Balance after"]')
      .first()
      .getByText('400', { exact: true })
      .waitFor();
    await work.getByRole('region', { name: 'Documents' }).locator('.count', { hasText: '200' }).waitFor();
    expect(mostInAMinute(times)).toBeLessThan(MOST_READS_A_MINUTE);
    expect(times.length).toBeGreaterThan(0);
  }, 260_000);

  test('asks for nothing while nothing changes, nor while nobody looks', async () => {
    const page = await stage.open('idle', { credits: 10 });
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+10', exact: true }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    await hide(page, true);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await stage.sql.query(`UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'idle'`);
    await page.locator('#balance').getByText('11', { exact: true }).waitFor();
    await stage.sql.query(`UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'idle'`);
    await page.locator('#balance').getByText('12', { exact: true }).waitFor();
    expect(asked).toEqual([]);
    await hide(page, false);
    await page.locator('td[data-name="Balance after"]').first().getByText('12', { exact: true }).waitFor();
  });

  test('shows in a second tab what the first one brought, and what it took away', async () => {
    const one = await stage.open('twin', { credits: 10 });
    const other = await one.context().newPage();
    await other.goto(stage.url);
    await other.getByText('Texts and Word documents come here.').waitFor();
    await choose(one, { name: 'shared.txt', content: 'Shared Words' });
    await other.getByRole('link', { name: 'Read Shared Words' }).waitFor();
    one.once('dialog', (dialog) => void dialog.accept());
    await one.getByRole('button', { name: 'Delete Shared Words' }).click();
    await other.getByText('Texts and Word documents come here.').waitFor();
  });
});

/** As if its tab were behind another one. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'));`);
}

function mostInAMinute(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length));
}
