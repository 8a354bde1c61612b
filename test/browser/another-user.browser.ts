import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, pill, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** More than are started without a question. */
const MANY = Array.from({ length: 12 }, (_, index) => ({ name: `secret-${index}.txt`, content: `${index}` }));
const KEPT = `new Promise((resolve) => {
  indexedDB.open('creditgate', 1).onsuccess = ({ target }) => {
    const all = target.result.transaction('jobs').objectStore('jobs').getAll();
    all.onsuccess = () => resolve(all.result.length);
  };
})`;

describe('another user in the same tab', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_SIGNUP_GRANT: '100' });
  });
  afterAll(() => stage.close());

  /** Signs out, waits for what `meanwhile` does, and signs in as somebody else. */
  const change = async (page: Page, user: string, meanwhile: () => Promise<unknown> = async () => {}) => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await meanwhile();
    await page.getByLabel('Token').fill(await stage.token(user));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await pill(page).and(page.locator('.live')).waitFor();
  };

  test('is shown no balance that an answer to the first one brings', async () => {
    const page = await stage.open('slow', { credits: 7_000 });
    await showsCredits(page, '7,100');
    for (let edits = 0; edits < 5; edits += 1)
      await stage.sql.query(`UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'slow'`);
    let [answer, charged] = [() => {}, () => {}];
    const isAwaited = new Promise<void>((resolve) => (answer = resolve));
    const isCharged = new Promise<void>((resolve) => (charged = resolve));
    await page.route('**/api/upload/txt', async (route) => {
      const response = await route.fetch();
      charged();
      await isAwaited;
      await route.fulfill({ response });
    });
    await choose(page, { name: 'late.txt', content: 'late' });
    await isCharged;
    await change(page, 'quick', async () => {
      const came = page.waitForResponse('**/api/upload/txt');
      answer();
      await (await came).finished();
      await page.waitForTimeout(300);
    });
    await showsCredits(page, 100);
  });

  test('is asked about no files of the first one, and hears nothing of them', async () => {
    const page = await stage.open('one');
    await showsCredits(page, 100);
    await choose(page, { name: 'heard.txt', content: 'heard' });
    await page.locator('[role=status]', { hasText: 'heard.txt: 3 credits' }).waitFor({ state: 'attached' });
    await choose(page, ...MANY);
    await page.getByText('12 files · 36 credits').waitFor();
    await change(page, 'two', async () => expect(await page.content()).not.toContain('heard.txt'));
    await page.getByText('Texts and Word documents come here.').waitFor();
    expect(await page.locator('.quote').count()).toBe(0);
  });

  test.each(['the button', 'the menu'])('finds no files that waited, left by %s', async (way) => {
    const page = await stage.open(`waiter by ${way}`);
    await showsCredits(page, 100);
    await page.route('**/api/upload/txt', () => new Promise<void>(() => undefined));
    await choose(page, ...MANY.slice(0, 5));
    await page.locator('.job').nth(4).waitFor();
    await page.waitForTimeout(300);
    expect(await page.evaluate(KEPT)).toBe(5);
    if (way === 'the button') await page.getByRole('button', { name: 'Sign out' }).click();
    else {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('sign out');
      await page.keyboard.press('Enter');
    }
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.waitForTimeout(300);
    expect(await page.evaluate(KEPT)).toBe(0);
  });
});
