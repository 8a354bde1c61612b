import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/until.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

const MANY = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.txt`, content: `${index}` }));

/** Twice at one place, as slowly as a double click may be: what the first one began may be over by then. */
async function clickTwice(page: Page, name: RegExp): Promise<void> {
  const button = page.getByRole('button', { name });
  await button.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await button.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  for (const clickCount of [1, 2]) {
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
    await page.waitForTimeout(400);
  }
  await page.waitForTimeout(1_500);
}

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent.trim()');

describe('hands and keys', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const chargesOf = async (user: string) => {
    const sql = `SELECT count(*)::int AS charges FROM credits.entries WHERE user_id = $1 AND kind = 'charge'`;
    return (await stage.sql.query<{ charges: number }>(sql, [user])).rows[0]!.charges;
  };

  test('that click twice buy once: a sample, and an export', async () => {
    const page = await stage.open('hasty', { credits: 100 });
    await showsCredits(page, 100);
    await clickTwice(page, /a chapter/);
    expect(await chargesOf('hasty')).toBe(1);
    await page.locator('.shelf input[type=checkbox]').first().check();
    await clickTwice(page, /^Export as PDF/);
    expect(await chargesOf('hasty')).toBe(2);
  });

  test('are not sent back to the top by what they put away', async () => {
    const page = await stage.open('tidy', { credits: 100 });
    await showsCredits(page, 100);
    const press = async (name: string | RegExp) => {
      await page.getByRole('button', { name }).first().press('Enter');
      await page.waitForTimeout(100);
    };
    await press('Got it');
    expect(await focused(page)).toBe('Your work');
    await press(/a chapter/);
    await outcome(page, 'the-lighthouse.txt', '3 credits').waitFor();
    expect(await focused(page)).toMatch(/^a chapter/);
    await choose(page, { name: 'other.txt', content: 'other' });
    await outcome(page, 'other.txt', '3 credits').waitFor();
    await press('Clear other.txt');
    expect(await focused(page)).toBe('Under way and done');
    await choose(page, ...MANY);
    await press('Leave it');
    expect(await focused(page)).toBe('Bring recordings, texts or Word documents');
    page.on('dialog', (dialog) => void dialog.accept());
    await press(/^Delete /);
    await page.locator('.shelf .row').nth(1).waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^Documents/);
    await page.goto(`${stage.url}#history`);
    await page.getByLabel('Kind').selectOption('charge');
    await press('Show all');
    expect(await focused(page)).toBe('Every change');
    await page.getByRole('link', { name: /^Read/ }).first().press('Enter');
    await until(() => page.evaluate<boolean>(`document.activeElement.matches('article h1')`));
  });

  test('leave alone what they let go of themselves', async () => {
    const page = await stage.open('calm', { credits: 100 });
    await showsCredits(page, 100);
    await choose(page, { name: 'mine.txt', content: 'mine' });
    const clear = page.getByRole('button', { name: 'Clear mine.txt' });
    await clear.focus();
    await page.evaluate('document.activeElement.blur()');
    await page.waitForTimeout(50);
    await page.evaluate(`document.querySelector('[aria-label="Clear mine.txt"]').click()`);
    await clear.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
  });

  test('find each view by its title, also one that cannot be shown', async () => {
    const page = await stage.open('lost', { credits: 100 });
    await until(async () => (await page.title()) === 'Your work · creditgate');
    await page.goto(`${stage.url}#document/0198c0de-0000-7000-8000-000000000000`);
    await until(async () => (await page.title()) === 'Document · creditgate');
    await page.goto(`${stage.url}#operator`);
    await until(async () => (await page.title()) === 'Operators only · creditgate');
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await until(async () => (await page.title()) === 'Sign in · creditgate');
    await until(() => page.evaluate<boolean>(`document.activeElement.matches('main h1')`));
  });

  test('open the line that they came for as often as they ask', async () => {
    await stage.open('asker', { credits: 100 });
    const entry = 'SELECT id FROM credits.entries WHERE user_id = $1';
    const { rows } = await stage.sql.query<{ id: string }>(entry, ['asker']);
    const page = await stage.open('desk', { credits: 0, admin: true });
    await page.goto(`${stage.url}#operator`);
    await page.getByRole('searchbox').first().fill(rows[0]!.id);
    for (let times = 0; times < 2; times += 1) {
      await page.getByRole('link', { name: /has this entry/ }).click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});
