import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { extractText, getDocumentProxy } from 'unpdf';
import { choose, outcome } from './parts.js';
import { openStage, type Stage } from './stage.js';
import { until } from '../support/until.js';

describe('the history', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const spend = async (user: string, credits: number, ...names: string[]) => {
    const page = await stage.open(user, { credits });
    await choose(page, ...names.map((name) => ({ name, content: `${name} has words` })));
    for (const name of names) await outcome(page, name, '3 credits').waitFor();
    return page;
  };

  test('says of every charge what it was for', async () => {
    const page = await spend('namer', 30, 'first.txt', 'second.txt');
    await page.getByRole('checkbox', { name: 'first.txt has words' }).check();
    await page.getByLabel('Title').fill('My Book');
    await page.getByRole('button', { name: /^Export as PDF/ }).click();
    await page.locator('.export .job.done').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    const rows = page.getByRole('region', { name: 'Every change' }).getByRole('row');
    await rows.filter({ hasText: 'Charge · Export' }).getByText('My Book.pdf').waitFor();
    await rows.filter({ hasText: 'first.txt' }).getByText('Charge · Text').waitFor();
    await rows.filter({ hasText: 'second.txt' }).getByText('Charge · Text').waitFor();
  });

  test('explains a line, with its ids to copy', async () => {
    const page = await spend('asker', 10, 'why.txt');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: /^About Charge · Text, why\.txt, −3, / }).click();
    const drawer = page.getByRole('dialog', { name: 'Charge · Text −3' });
    await drawer.getByText('Set aside').waitFor();
    const { rows } = await stage.sql.query(
      `SELECT id, hold_id FROM credits.entries WHERE user_id = 'asker' AND kind = 'charge'`,
    );
    // A charge goes by the id of the hold that it captured.
    expect(rows[0].hold_id).toBe(rows[0].id);
    await drawer.getByText(rows[0].id, { exact: true }).nth(1).waitFor();
    await drawer.getByRole('button', { name: 'Copy all, to report a problem' }).click();
    await drawer.getByText('Copied').waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain(`Entry id: ${rows[0].id}`);
    expect(copied).toContain('For: why.txt');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Charge · Text');
  });

  test('goes on with the next day at midnight, where the page stays open', async () => {
    const page = await stage.open('sleepless', { credits: 50 });
    await choose(page, { name: 'night.txt', content: 'night' });
    await outcome(page, 'night.txt', '3 credits').waitFor();
    const midnight = new Date().setHours(24, 0, 0, 0);
    await page.clock.install({ time: midnight - 20_000 });
    await page.goto(`${stage.url}#history`);
    await page.reload();
    // The day of the charge is the last of thirty, and then the last but one.
    const columns = page.getByRole('region', { name: 'Used in 30 days' }).locator('.chart svg g');
    await columns.and(page.locator('.peak:last-of-type')).waitFor({ state: 'attached' });
    await page.clock.fastForward(30_000);
    await columns.and(page.locator('.peak:nth-last-of-type(2)')).waitFor({ state: 'attached' });
  });

  test('counts by the reader’s days, net of what was refunded, with its figures on it', async () => {
    const timezoneId = 'Pacific/Auckland';
    const page = await stage.open('kiwi', { credits: 50, profile: { timezoneId } });
    // Half past eleven in the evening in UTC is the next day in Auckland, whatever the season.
    const createdAt = new Date(new Date().setUTCHours(23, 30, 0, 0) - 3 * 86_400_000).toISOString();
    const charge = {
      id: randomUUID(),
      kind: 'charge',
      amount: -15,
      balanceAfter: 35,
      action: 'premium_export',
    };
    const none = {
      reason: null,
      actor: null,
      holdId: null,
      reverses: null,
      priceVersion: null,
      artefact: null,
    };
    await page.route('**/api/credits/history**', (route) =>
      route.fulfill({ json: { data: [{ ...charge, ...none, refunded: 5, createdAt }], nextCursor: null } }),
    );
    await page.getByRole('link', { name: 'History' }).click();
    const usage = page.getByRole('region', { name: 'Used in 30 days' });
    await usage.getByText('10 credits', { exact: true }).waitFor();
    const there = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short', timeZone: timezoneId });
    const day = there.format(new Date(createdAt));
    await usage.getByText(`Most on ${day}: 10 credits for 1 piece of work`).waitFor();
    expect(await usage.locator('svg .value').allTextContents()).toEqual(['10']);
    await usage.getByText('As a table').click();
    await usage.getByRole('row', { name: `${day} 10` }).waitFor();
    await page.getByRole('cell', { name: new RegExp(`^${day}, \\d{4}`) }).waitFor();
    await usage.getByRole('button', { name: 'By action' }).click();
    await usage.locator('.ranks').getByText('10 credits').waitFor();
  });

  test('goes onto paper whole: every line of the period and every day of the chart, without its buttons', async () => {
    const page = await stage.open('printer', { credits: 0 });
    const add = `UPDATE credits.wallets SET balance = balance + 7 WHERE user_id = 'printer'`;
    for (let entry = 1; entry <= 60; entry += 1) await stage.sql.query(add);
    await choose(page, { name: 'one.txt', content: 'One' });
    await outcome(page, 'one.txt', '3 credits').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.locator('.chart svg').waitFor();
    await page.evaluate('window.print = () => (window.isPrinted = true)');
    const month = new Date();
    const first = `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, '0')}-01`;
    await page.getByLabel('From').fill(first);
    await page.getByRole('button', { name: 'Print' }).click();
    // Asked by us: the page's own policy would refuse a predicate that is given to it as text.
    await until(() => page.evaluate<boolean>('window.isPrinted === true'));
    const { text } = await extractText(
      await getDocumentProxy(new Uint8Array(await page.pdf({ format: 'A4' }))),
      {
        mergePages: true,
      },
    );
    expect(text.match(/\+7/g)).toHaveLength(60);
    expect(text.match(/−3/g)).toHaveLength(1);
    expect(text).toContain('From ');
    for (const button of ['Show more', 'Sign out', 'CSV', 'Print']) expect(text).not.toContain(button);
    await page.emulateMedia({ media: 'print' });
    const [chart, last] = await page.evaluate<{ right: number }[]>(
      `[document.querySelector('.chart svg'), [...document.querySelectorAll('.chart .column')].at(-1)].map((one) => one.getBoundingClientRect().toJSON())`,
    );
    expect(await page.locator('.chart .column').count()).toBe(30);
    expect(last!.right).toBeLessThanOrEqual(chart!.right);
  });
});
