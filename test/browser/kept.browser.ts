import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { until } from '../support/until.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('what waits', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const letter = { name: 'letter.docx', content: fileOf('docx', 'letter.docx') };
  const give = (user: string, credits: number) =>
    stage.sql.query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [user, credits]);
  const charges = async (user: string) => {
    const sql = `SELECT amount FROM credits.entries WHERE user_id = $1 AND kind = 'charge' ORDER BY version`;
    return (await stage.sql.query(sql, [user])).rows.map(({ amount }) => Number(amount));
  };

  test('for credits survives a reload and a new tab, and goes on there when they arrive', async () => {
    const page = await stage.open('patient', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, letter, { name: 'story.txt', content: 'A Story' });
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    await outcome(page, 'story.txt', 'not enough credits').waitFor();
    await page.reload();
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    await outcome(page, 'story.txt', 'not enough credits').waitFor();
    const later = await page.context().newPage();
    await page.close();
    await later.goto(stage.url);
    await outcome(later, 'letter.docx', 'not enough credits').waitFor();
    await give('patient', 8);
    await outcome(later, 'letter.docx', '5 credits').waitFor();
    await outcome(later, 'story.txt', '3 credits').waitFor();
    expect((await charges('patient')).sort()).toEqual([-3, -5]);
    await later.reload();
    await later.getByRole('link', { name: 'Read A Story', exact: true }).waitFor();
    expect(await later.locator('.job').count()).toBe(0);
  });

  test('is gone on with under its own key, so what was paid for unheard is not paid for again', async () => {
    const page = await stage.open('reloader', { credits: 10 });
    await showsCredits(page, 10);
    const keys = await neverAnswerTheFirst(page);
    await choose(page, { name: 'once.txt', content: 'Once' });
    await until(async () => (await charges('reloader')).length === 1);
    await page.reload();
    await outcome(page, 'once.txt', '3 credits').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    expect(await charges('reloader')).toEqual([-3]);
    await showsCredits(page, 7);
  });

  test('keeps the new key that it went on with when credits came, too', async () => {
    const page = await stage.open('unlucky', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, { name: 'twice.txt', content: 'Twice' });
    await outcome(page, 'twice.txt', 'not enough credits').waitFor();
    await neverAnswerTheFirst(page);
    await give('unlucky', 10);
    await until(async () => (await charges('unlucky')).length === 1);
    await page.reload();
    await outcome(page, 'twice.txt', '3 credits').waitFor();
    expect(await charges('unlucky')).toEqual([-3]);
  });

  test('belongs to one tab as long as that lives, and to another from then on', async () => {
    const page = await stage.open('tabbed', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, letter);
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    const other = await page.context().newPage();
    await other.goto(stage.url);
    await showsCredits(other, 0);
    await other.getByText('Texts and Word documents come here.').waitFor();
    expect(await other.locator('.job').count()).toBe(0);
    await page.close();
    await outcome(other, 'letter.docx', 'not enough credits').waitFor();
  });

  test('is not left behind by somebody who signs out, nor by one who gives it up', async () => {
    const page = await stage.open('leaver', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, letter, { name: 'secret.txt', content: 'Secret' });
    await outcome(page, 'secret.txt', 'not enough credits').waitFor();
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    await until(async () => (await keptIn(page)) === 2);
    await page.getByRole('button', { name: 'Give up letter.docx' }).click();
    await until(async () => (await keptIn(page)) === 1);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await until(async () => (await keptIn(page)) === 0);
  });

  test('says so where the browser has no room to store it', async () => {
    const page = await stage.open('cramped', { credits: 0 });
    await page.addInitScript(
      'IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }',
    );
    await page.reload();
    await showsCredits(page, 0);
    await choose(page, letter);
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    await page.getByText('Kept only while this tab is open').waitFor();
    await give('cramped', 5);
    await outcome(page, 'letter.docx', '5 credits').waitFor();
  });
});

/** The server does its work at the first request, and no page ever hears of it. All keys come in as they are used. */
async function neverAnswerTheFirst(page: Page): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  await page.route('**/api/upload/txt', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await new Promise(() => undefined);
  });
  return keys;
}

/** How many jobs the browser has stored. */
function keptIn(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('creditgate', 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const counting = opening.result.transaction('jobs').objectStore('jobs').count();
      counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
  })`);
}
