import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('what comes of a click', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_TOPUP_URL: 'https://shop.example/credits' });
  });
  afterAll(() => stage.close());

  test('is told where it was made, on a telephone too, and a second click does not pay twice', async () => {
    const page = await stage.open('thumb', {
      credits: 40,
      profile: { viewport: { width: 360, height: 740 } },
    });
    await choose(page, { name: 'a.txt', content: 'Alpha' });
    await outcome(page, 'a.txt', '3 credits').waitFor();
    await page.getByRole('checkbox', { name: 'Alpha' }).check();
    let answer = () => undefined as void;
    await page.route('**/api/export', async (route) => {
      await new Promise<void>((resolve) => (answer = resolve));
      await route.continue();
    });
    const button = page.locator('.export button[type=submit]');
    await button.click();
    await button.getByText('Exporting…').waitFor();
    expect(await button.isDisabled()).toBe(true);
    const { y, height } = (await page.locator('.export .job').boundingBox())!;
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThan(740);
    answer();
    await page.locator('.export .job.done').getByText('15 credits').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await showsCredits(page, 22);
  });

  test('that takes nobody knows how long is seen to go on', async () => {
    const page = await stage.open('watcher', { credits: 1 });
    await showsCredits(page, 1);
    await page.evaluate(`document.querySelector('main').append(document.createElement('progress'))`);
    const progress = page.locator('main > progress');
    const before = await progress.screenshot();
    await until(async () => !(await progress.screenshot()).equals(before));
  });

  test('that went wrong is told beside it', async () => {
    const page = await stage.open('faulty', { credits: 40 });
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+40', exact: true }).waitFor();
    await page.route('**/api/credits/history**', (route) => route.abort());
    await page.getByRole('button', { name: 'CSV' }).click();
    await page.locator('.actions [role=alert]').getByText('The server cannot be reached.').waitFor();
    await page.getByRole('cell', { name: '+40', exact: true }).waitFor();
  });

  test('with no credits left is no dead end: what is free, and where to get more', async () => {
    const page = await stage.open('broke', { credits: 0 });
    const notice = page.getByRole('region', { name: 'No credits left' });
    await notice.getByText('Still free: reading your documents').waitFor();
    const link = notice.getByRole('link', { name: 'Get more credits' });
    expect(await link.getAttribute('href')).toBe('https://shop.example/credits');
    await page.locator('#balance').getByText('none left').waitFor();
    await stage.sql.query(`UPDATE credits.wallets SET balance = 500 WHERE user_id = 'broke'`);
    await notice.waitFor({ state: 'detached' });
  });

  test('of an operator on a large sum is asked for twice', async () => {
    await showsCredits(await stage.open('rich', { credits: 1 }), 1);
    const page = await stage.open('olga', { admin: true });
    await page.goto(`${stage.url}#operator/rich`);
    const grant = page.getByRole('region', { name: 'Grant', exact: true });
    await grant.getByLabel('Amount').fill('10000');
    await grant.getByLabel('Reason').fill('a mistake');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByLabel('Type 10000 to go on').fill('1000');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByLabel('Type 10000 to go on').fill('10000');
    const { rows } = await stage.sql.query(`SELECT balance FROM credits.wallets WHERE user_id = 'rich'`);
    expect(Number(rows[0].balance)).toBe(1);
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByText('Granted: 10,001 credits available now.').waitFor();
    const gift = page.getByRole('region', { name: 'Gift', exact: true });
    await gift.getByLabel('Key').fill('all');
    await gift.getByLabel('Amount').fill('1');
    await gift.getByLabel('Reason').fill('a mistake');
    await gift.getByRole('button', { name: 'Give' }).click();
    const { rows: all } = await stage.sql.query('SELECT count(*)::int AS wallets FROM credits.wallets');
    const { wallets } = all[0] as { wallets: number };
    await gift.getByText(`${wallets} wallets, 1 credit each: ${wallets} credits`, { exact: true }).waitFor();
    await gift.getByLabel('User ids').fill('rich\nrich\npoor');
    await gift.getByText('2 wallets, 1 credit each: 2 credits', { exact: true }).waitFor();
    await gift.getByLabel('User ids').fill('');
    await gift.getByRole('button', { name: 'Give' }).click();
    await gift.getByLabel('Type everybody to go on').waitFor();
  });
});
