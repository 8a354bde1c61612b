import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** What can only be pressed or filled in, and headings of nothing but that. */
const FOR_HANDS = `[...document.querySelectorAll('main :is(button:not(.plain), input, select, textarea, summary, .actions a), main h2, main th')]
  .filter((one) => one.checkVisibility())
  .map((one) => one.matches('h2, th') ? one.textContent : one.tagName)`;
const VIEWS = ['work', 'history', 'credits', 'operator', 'operator/printer'];

describe('paper', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await openStage();
    page = await stage.open('printer', { credits: 100, admin: true });
    await choose(page, { name: 'one.txt', content: 'One' }, { name: 'two.txt', content: 'Two' });
    for (const name of ['one.txt', 'two.txt']) await outcome(page, name, '3 credits').waitFor();
  });
  afterAll(() => stage.close());

  const onPaper = async (view: string) => {
    await page.goto(`${stage.url}#${view}`);
    await page.locator('main .loading').first().waitFor({ state: 'detached' });
    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate<string[]>(FOR_HANDS);
    await page.emulateMedia({ media: 'screen' });
    return shown;
  };

  test.each(VIEWS)('has what is known in %s, and nothing to press', async (view) => {
    const shown = await onPaper(view);
    expect(shown.filter((one) => /^[A-Z]+$/.test(one))).toEqual([]);
    for (const act of ['Grant', 'Adjust', 'Erase the person', 'Gift', 'Integrity', 'Export', 'Correct'])
      expect(shown).not.toContain(act);
  });

  test('says what could not be known', async () => {
    await page.route('**/api/credits/grants', (route) => route.fulfill({ status: 503 }));
    await page.goto(`${stage.url}#history`);
    const trouble = page.getByText('What you have cannot be shown just now', { exact: false });
    await trouble.waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await trouble.isVisible()).toBe(true);
  });
});
