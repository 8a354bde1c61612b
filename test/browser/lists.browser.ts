import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { choose, outcome } from './parts.js';
import { answerInPages } from './paged-double.js';
import { openStage, type Stage } from './stage.js';

describe('a list', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const shelf = (page: Page, name: string) =>
    page.getByRole('region', { name, exact: false }).filter({ has: page.getByRole('heading', { name }) });
  const names = (list: Locator) => list.locator('.rows .title').allInnerTexts();

  /** Newest first, as the API has them. */
  const chapters = Array.from({ length: 203 }, (_, index) => {
    const title = `Chapter ${203 - index}`;
    const at = new Date(Date.UTC(2026, 0, 1, 0, 203 - index)).toISOString();
    return {
      id: randomUUID(),
      kind: 'txt',
      title,
      filename: `${title}.txt`,
      bytes: 9,
      words: 2,
      createdAt: at,
    };
  });
  const withChapters = async (user: string) => {
    const page = await stage.open(user, { credits: 50 });
    await answerInPages(page, '/api/documents', chapters);
    await page.reload();
    const documents = shelf(page, 'Documents');
    await documents.getByRole('checkbox', { name: 'Chapter 203', exact: true }).waitFor();
    return { page, documents };
  };

  test('goes on to its end, and is no longer than what has been seen of it until then', async () => {
    const { documents } = await withChapters('reader');
    expect(await documents.locator('.count').innerText()).toBe('200+');
    const more = documents.getByRole('button', { name: 'Show more documents' });
    while (await more.isVisible()) {
      const before = await documents.locator('.rows > li').count();
      await more.click();
      await documents.locator('.rows > li').nth(before).waitFor();
    }
    expect(await documents.locator('.count').innerText()).toBe('203');
    expect(await names(documents)).toEqual(chapters.map(({ title }) => title));
  });

  test('is searched to its end', async () => {
    const { documents } = await withChapters('seeker');
    await documents.getByLabel('Search documents').fill('chapter 2.txt');
    await documents.getByText('Chapter 2', { exact: true }).waitFor();
    expect(await names(documents)).toEqual(['Chapter 2']);
    await documents.getByLabel('Search documents').fill('no such thing');
    await documents.getByText('Nothing here is called that.').waitFor();
  });

  test('is sorted by name as people count: 9 before 10', async () => {
    const { documents } = await withChapters('sorter');
    await documents.getByLabel('Sort documents').selectOption('By name');
    await documents.getByText('Chapter 1', { exact: true }).waitFor();
    expect((await names(documents)).slice(0, 12)).toEqual(
      Array.from({ length: 12 }, (_, index) => `Chapter ${index + 1}`),
    );
  });

  test('is marked from here to there, and all of what was found', async () => {
    const { page, documents } = await withChapters('marker');
    const box = (name: string) => documents.getByRole('checkbox', { name, exact: true });
    await box('Chapter 200').click();
    await box('Chapter 196').click({ modifiers: ['Shift'] });
    await page.getByText('5 documents marked.').waitFor();
    await box('Chapter 196').click();
    await page.getByText('4 documents marked.').waitFor();
    await documents.getByLabel('Search documents').fill('Chapter 10');
    await documents.getByRole('checkbox', { name: 'Mark all 11 documents found' }).check();
    await page.getByText('15 documents marked.').waitFor();
    await documents.getByLabel('Search documents').fill('');
    await documents.getByRole('checkbox', { name: 'Mark all 203 documents found' }).check();
    await page.getByText('203 documents marked.').waitFor();
    await page.getByText('One export takes at most 100 documents').waitFor();
    expect(await page.getByRole('button', { name: /^Export as/ }).isDisabled()).toBe(true);
  });

  test('without a cursor is whole', async () => {
    const page = await stage.open('beginner', { credits: 50 });
    for (const name of ['one.txt', 'two.txt']) {
      await choose(page, { name, content: name });
      await outcome(page, name, '3 credits').waitFor();
    }
    const documents = shelf(page, 'Documents');
    await documents.getByText('two.txt').first().waitFor();
    await documents.locator('.count', { hasText: /^2$/ }).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await documents.getByRole('button', { name: 'Delete one.txt' }).click();
    await documents.locator('.count', { hasText: /^1$/ }).waitFor();
  });

  test('that was read far down is followed for one request a change, and nothing is lost on the way', async () => {
    const page = await stage.open('diligent', { credits: 0 });
    const add = `UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'diligent'`;
    for (let entry = 1; entry <= 230; entry += 1) await stage.sql.query(add);
    await page.getByRole('link', { name: 'History' }).click();
    const entries = page.getByRole('region', { name: 'Every change' });
    const more = entries.getByRole('button', { name: 'Show more changes' });
    for (const shown of [25, 50, 100, 200]) {
      await entries.getByRole('row').nth(shown).waitFor();
      await more.click();
    }
    await more.waitFor({ state: 'detached' });
    const asked: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === '/api/credits/history' && !url.searchParams.has('kind')) asked.push(url.search);
    });
    await stage.sql.query(add);
    await entries.getByRole('cell', { name: '231', exact: true }).waitFor();
    expect(asked).toEqual(['?limit=200']);
    expect(await more.isVisible()).toBe(false);
    const balances = await entries.locator('td[data-name="Balance after"]').allInnerTexts();
    expect(balances).toEqual(Array.from({ length: 231 }, (_, index) => String(231 - index)));
  });
});
