import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose } from './parts.js';
import { openStage, type Stage } from './stage.js';

const MINUTE_MS = 60_000;
const MOST_READS_A_MINUTE = 100;
/** Four lists when it opens, and once more when the line to the server begins. */
const MOST_READS_OF_A_HISTORY = 10;

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
    await history.locator('td[data-name="Balance after"]').first().waitFor();
    const times: number[] = [];
    const asked = new Map([work, history].map((page) => [page, 0]));
    for (const page of asked.keys()) {
      page.on('request', (request) => {
        if (request.method() !== 'GET' || !request.url().includes('/api/')) return;
        times.push(Date.now());
        asked.set(page, asked.get(page)! + 1);
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
    // It is told: nothing is read again for what changed.
    expect(asked.get(history)).toBeLessThan(MOST_READS_OF_A_HISTORY);
    const used = history.getByRole('region', { name: 'Used in 30 days' });
    await used.getByText('600 credits', { exact: true }).waitFor();
    await history.getByRole('region', { name: 'What you have' }).getByText('400 of 1,000').waitFor();
  }, 260_000);

  test('follows every row of its history without asking: a charge, its refund, a hold that came to nothing', async () => {
    const page = await stage.open('told', { credits: 20 });
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+20', exact: true }).waitFor();
    await page.getByText('20 of 20').waitFor();
    await page.waitForTimeout(1_500);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    const other = await upload(stage, 'told', 'elsewhere.txt', 'Some Words');
    expect(other.status).toBe(201);
    const changes = page.getByRole('region', { name: 'Every change' });
    await changes.getByRole('row').filter({ hasText: 'elsewhere.txt' }).getByText('−3').waitFor();
    await page.getByText('17 of 20').waitFor();
    expect((await upload(stage, 'told', 'broken.txt', '\u0000\u0001')).status).toBeGreaterThan(400);
    const aside = page.getByRole('region', { name: 'Set aside, and not charged' });
    await aside
      .getByRole('row')
      .filter({ hasText: 'broken.txt' })
      .getByText(/^not charged:/)
      .waitFor();
    const { rows } = await stage.sql.query(
      `SELECT id FROM credits.entries WHERE user_id = 'told' AND kind = 'charge'`,
    );
    await fetch(`${stage.url}api/admin/entries/${rows[0].id}/refund`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await stage.token('root', { admin: true })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ amount: 1, reason: 'too short' }),
    });
    await changes.getByText('1 refunded').waitFor();
    await page.getByText('18 of 20').waitFor();
    await page
      .getByRole('region', { name: 'Used in 30 days' })
      .getByText('2 credits', { exact: true })
      .waitFor();
    expect(asked).toEqual([]);
  });

  test('reads what it missed while the line was broken', async () => {
    const page = await stage.open('gap', { credits: 20 });
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+20', exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.locator('#balance.offline').waitFor();
    await stage.sql.query(`UPDATE credits.wallets SET balance = 27 WHERE user_id = 'gap'`);
    await page.context().setOffline(false);
    await page.getByRole('cell', { name: '+7', exact: true }).waitFor();
  });

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

/** On another device, as it were. */
async function upload(stage: Stage, user: string, name: string, content: string): Promise<Response> {
  const body = new FormData();
  body.append('file', new Blob([content]), name);
  const headers = { authorization: `Bearer ${await stage.token(user)}` };
  return fetch(`${stage.url}api/upload/txt`, { method: 'POST', headers, body });
}

/** As if its tab were behind another one. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'));`);
}

function mostInAMinute(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length));
}
