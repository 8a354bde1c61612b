import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { strayNames } from './stray-names.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** Arabic and Hebrew letters, with figures and brackets that a sentence around them would pull about. */
const FILE = 'تقرير 2026 (3).txt';
const USER = 'אליס (7)';
const REASON = 'סיבה 12 (ב)';

describe('a name that runs from right to left', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_PACK_STARTER: '500 for 5.00 EUR' });
  });
  afterAll(() => stage.close());

  /** What is said to those who listen, and asked by the browser itself. */
  async function hear(page: Page): Promise<void> {
    await page.addInitScript(`
      window.said = [];
      addEventListener('DOMContentLoaded', () => {
        new MutationObserver(() => window.said.push(document.querySelector('p.unseen')?.textContent ?? ''))
          .observe(document.documentElement, { childList: true, subtree: true, characterData: true });
      });
      window.confirm = (question) => { window.said.push(question); return false; };
    `);
    await page.reload();
  }
  const keepsToItself = async (page: Page, ...names: string[]) =>
    expect(await strayNames(page, names)).toEqual([]);

  test('turns nothing around where its user works: rows, labels, announcements, questions, titles', async () => {
    const page = await stage.open(USER, { credits: 60 });
    await hear(page);
    await showsCredits(page, 60);
    await choose(page, { name: FILE, content: 'فصل 1 (2)\n\nA chapter.' });
    await outcome(page, FILE, '3 credits').waitFor();
    await choose(page, { name: FILE.replace('.txt', '.docx'), content: 'no document' });
    await outcome(page, '.docx', 'not charged').waitFor();
    const row = page.locator('.shelf .row');
    await row.first().waitFor();
    await row.first().getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Export as PDF/ }).click();
    await page.locator('.export .job.done').waitFor();
    await row
      .first()
      .getByRole('button', { name: /^Delete/ })
      .click();
    const title = 'فصل 1 (2)';
    await keepsToItself(page, FILE, FILE.replace('.txt', '.docx'), USER, title, `${title}.pdf`);
    await row.first().getByRole('link', { name: /^Read/ }).click();
    await page.locator('.text').waitFor();
    await keepsToItself(page, FILE, USER, title);
    await page.goto(`${stage.url}#history`);
    await page.getByRole('button', { name: /^About Charge · Text/ }).click();
    await page.getByRole('dialog').getByText('Set aside').waitFor();
    await keepsToItself(page, FILE, FILE.replace('.txt', '.docx'), USER, `${title}.pdf`);
  });

  test('turns nothing around at the desk: the wallet, its entries, what is asked before an act', async () => {
    const owner = await stage.open(`${USER} 2`, { credits: 20 });
    await choose(owner, { name: FILE, content: 'A chapter.' });
    await outcome(owner, FILE, '3 credits').waitFor();
    const page = await stage.open('olga', { admin: true });
    await hear(page);
    await page.goto(`${stage.url}#operator/${encodeURIComponent(`${USER} 2`)}`);
    const grant = page.getByRole('region', { name: 'Grant', exact: true });
    await grant.getByLabel('Amount').fill('20000');
    await grant.getByLabel('Reason').fill(REASON);
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByLabel('Type 20000 to go on').fill('20000');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByText('Granted').waitFor();
    await grant.getByLabel('Amount').fill('5');
    await grant.getByText('available now, 20,022 afterwards').waitFor();
    await page.getByRole('button', { name: /^Refund/ }).waitFor();
    await keepsToItself(page, FILE, `${USER} 2`, REASON);
    await page.getByRole('button', { name: /^Refund/ }).click();
    await keepsToItself(page, FILE, `${USER} 2`, REASON);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /^About Charge/ }).click();
    await page.getByRole('dialog').getByText('Worked').waitFor();
    await keepsToItself(page, FILE, `${USER} 2`, REASON);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.getByLabel(/^Type/).waitFor();
    await keepsToItself(page, `${USER} 2`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.goto(`${stage.url}#operator`);
    await page
      .getByRole('region', { name: /^What operators did/ })
      .getByText(REASON)
      .waitFor();
    await page.getByLabel(/^User id \(/).fill(`${USER} 9`);
    await page.getByText('Open by this id').waitFor();
    await keepsToItself(page, `${USER} 2`, `${USER} 9`, REASON);
  });

  test('leaves a figure beside it where it belongs', async () => {
    const page = await stage.open('sided', { credits: 10 });
    await choose(page, { name: FILE, content: 'A chapter.' });
    await outcome(page, FILE, '3 credits').waitFor();
    // On the right of the name, where a reader of English looks for how large it is.
    const side = await page.evaluate<string>(`(() => {
      const [name, size] = document.querySelector('.job .title').children;
      return size.getBoundingClientRect().left >= name.getBoundingClientRect().right ? 'right' : 'left';
    })()`);
    expect(side).toBe('right');
  });
});

describe('a name that hardly is one', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('is told as such, and its buttons have names', async () => {
    const page = await stage.open('odd', { credits: 50 });
    const names = ['\u200b\u200d\ufeff.', '\u0007bell\u202egnp.txt', `${'long '.repeat(800)}end.txt`];
    await page.evaluate(`(async () => {
      const files = ${JSON.stringify(names)}.map((name) => new File(['A chapter.'], name, { type: 'text/plain' }));
      const moved = new DataTransfer();
      for (const file of files) moved.items.add(file);
      const input = document.querySelector('input[type=file]');
      input.files = moved.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await page.locator('.job.done').nth(2).waitFor();
    const shown = await page.locator('.job .title bdi').allTextContents();
    expect(shown.join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(shown.find((name) => name.includes('bell'))).toContain('bellgnp.txt');
    const long = shown.find((name) => name.startsWith('long'))!;
    expect([...long].length).toBeLessThanOrEqual(501);
    expect(long).toMatch(/…[^…]*end\.txt$/);
    // Nobody listens to four thousand signs.
    const labels = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[aria-label]')].map((element) => element.ariaLabel)`,
    );
    expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(200);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test('of spaces alone has a wallet that can be found, opened and erased', async () => {
    const user = ' \u2003 ';
    await stage.sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 5)', [user]);
    const page = await stage.open('olga', { admin: true });
    await page.getByRole('link', { name: 'Operator' }).click();
    await page.locator('.wallets a', { hasText: '(no visible name)' }).click();
    await page.getByRole('heading', { name: '(no visible name)' }).waitFor();
    await page.getByRole('button', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('asked for it');
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.getByLabel(/^Type/).fill('(no visible name)');
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('heading', { name: /^erased:/ }).waitFor();
  });
});
