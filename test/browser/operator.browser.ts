import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('an operator', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const desk = async (name: string) => {
    const page = await stage.open(name, { admin: true });
    await page.getByRole('link', { name: 'Operator' }).click();
    return page;
  };
  const find = async (page: Page, user: string) => {
    await page.getByLabel(/^User id \(/).fill(user);
    await page.locator('.wallets a', { hasText: user }).first().click();
    await page.getByRole('heading', { name: user }).waitFor();
  };
  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

  test('finds somebody, grants and refunds with a reason, and the user sees it happen', async () => {
    const user = await stage.open('maker', { credits: 5 });
    await choose(user, { name: 'paid.txt', content: 'Paid' });
    await outcome(user, 'paid.txt', '3 credits').waitFor();
    const page = await desk('olga');
    await find(page, 'maker');
    const grant = card(page, 'Grant');
    await grant.getByLabel('Amount').fill('50');
    await grant.getByLabel('Reason').fill('a long wait');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByText('Granted: 52 credits available now.').waitFor();
    await showsCredits(user, 52);
    await page.getByRole('button', { name: /^Refund Charge · Text, paid\.txt, −3, / }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Amount').inputValue()).toBe('3');
    await dialog.getByLabel('Reason').fill('it was noisy');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await showsCredits(user, 55);
    await page.getByRole('cell', { name: '3 refunded' }).waitFor();
    await page.getByText('Refunded 3 credits: 55 credits available now.').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Entries');
    await page.getByRole('button', { name: /^Refund/ }).waitFor({ state: 'detached' });
    await user.getByRole('link', { name: 'History' }).click();
    await user.getByRole('cell', { name: 'it was noisy · by an operator', exact: true }).waitFor();
    await user.getByRole('cell', { name: 'a long wait · by an operator', exact: true }).waitFor();
  });

  test('goes from an id that a customer names to its refund, told before what it comes to', async () => {
    const user = await stage.open('asker', { credits: 20 });
    await choose(user, { name: 'short.txt', content: 'Short' });
    await outcome(user, 'short.txt', '3 credits').waitFor();
    const { rows } = await stage.sql.query(`SELECT id FROM library.documents WHERE user_id = 'asker'`);
    const page = await desk('olga');
    await page.getByLabel(/^User id \(/).fill(rows[0].id);
    await page.locator('.wallets a', { hasText: 'has this document' }).click();
    const drawer = page.getByRole('dialog', { name: 'Charge · Text −3' });
    await drawer.getByText('short.txt').waitFor();
    await drawer.getByText(/^3 credits of edited by hand, given /).waitFor();
    await drawer.getByText('Worked').waitFor();
    await drawer.getByRole('button', { name: 'Refund' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refund' });
    await dialog.getByLabel('Amount').fill('2');
    await dialog.getByText('asker: 17 available now, 19 afterwards').waitFor();
    await dialog.getByLabel('Reason').fill('too short');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await page.getByText('Refunded 2 credits: 19 credits available now.').waitFor();
    await showsCredits(user, 19);
  });

  test('saves all entries of a wallet as CSV', async () => {
    const user = await stage.open('keeper', { credits: 5 });
    await choose(user, { name: 'kept.txt', content: 'Kept' });
    await outcome(user, 'kept.txt', '3 credits').waitFor();
    const page = await desk('olga');
    await find(page, 'keeper');
    const saving = page.waitForEvent('download');
    await card(page, 'Entries').getByRole('button', { name: 'CSV' }).click();
    const lines = readFileSync(await (await saving).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/,charge,-3,2,txt_upload,/);
  });

  test('takes a mistaken grant back, large ones typed again', async () => {
    await stage.open('lucky', { credits: 5 });
    const page = await desk('olga');
    await find(page, 'lucky');
    const grant = card(page, 'Grant');
    await grant.getByLabel('Amount').fill('20000');
    await grant.getByText('lucky: 5 available now, 20,005 afterwards').waitFor();
    await grant.getByLabel('Reason').fill('one zero too many');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByLabel('Type 20000 to go on').fill('20000');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await page.getByRole('button', { name: /^Take back Grant, \+20,000, / }).click();
    const dialog = page.getByRole('dialog', { name: 'Take back' });
    await dialog.getByLabel('Amount').fill('18000');
    await dialog.getByText('lucky: 20,005 available now, 2,005 afterwards').waitFor();
    await dialog.getByLabel('Reason').fill('one zero too many');
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await dialog.getByLabel('Type 18000 to go on').fill('18000');
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Took back 18,000 credits: 2,005 credits available now.').waitFor();
  });

  test('is offered to take back what the server would take, whatever the list is filtered by', async () => {
    await stage.open('spender', { credits: 0 });
    const page = await desk('olga');
    await find(page, 'spender');
    const grant = card(page, 'Grant');
    await grant.getByLabel('Amount').fill('50');
    await grant.getByLabel('Reason').fill('meant for another');
    await grant.getByRole('button', { name: 'Grant' }).click();
    await grant.getByText('Granted').waitFor();
    // Spent, so what is taken back of it is owed, and the entry about it moves nothing.
    await stage.sql.query(`UPDATE credits.wallets SET balance = 0 WHERE user_id = 'spender'`);
    const takeBack = page.getByRole('button', { name: /^Take back Grant, \+50, / });
    const dialog = page.getByRole('dialog', { name: 'Take back' });
    await takeBack.click();
    await dialog.getByLabel('Amount').fill('30');
    await dialog.getByLabel('Reason').fill('meant for another');
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Took back 0 credits, 30 owed: 0 credits available now.').waitFor();
    for (const kind of ['All', 'Grant']) {
      await page.getByLabel('Kind').selectOption(kind);
      await takeBack.click();
      expect(await dialog.getByLabel('Amount').inputValue()).toBe('20');
      await dialog.getByText(/: 20 credits can be taken back/).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    }
    await takeBack.click();
    await dialog.getByLabel('Reason').fill('all of it');
    await dialog.getByRole('button', { name: 'Take back' }).click();
    await takeBack.waitFor({ state: 'detached' });
  });

  test('sees all wallets in figures, by day, and what was done to them', async () => {
    const user = await stage.open('counted', { credits: 9 });
    await choose(user, { name: 'counted.txt', content: 'Counted' });
    await outcome(user, 'counted.txt', '3 credits').waitFor();
    const page = await desk('olga');
    const { rows } = await stage.sql.query('SELECT sum(balance)::int AS sum FROM credits.wallets');
    const all = card(page, 'All wallets');
    await all.getByText(rows[0].sum.toLocaleString('en-US'), { exact: true }).waitFor();
    await all.getByText(/credits charged in 30 days/).waitFor();
    await all.getByRole('button', { name: 'Refunded' }).click();
    await all.getByText('refunded in 30 days').waitFor();
    const acts = card(page, 'What operators did in 30 days').getByRole('row', { name: /edited by hand/ });
    const cells = acts.first().getByRole('cell');
    // Many wallets were opened by hand for these tests, all in one hour.
    await cells
      .nth(2)
      .getByText(/^Adjustment · \d+ times$/)
      .waitFor();
    expect(await cells.nth(3).textContent()).toBe('several');
  });

  test('adjusts down, but never below what is there, and is told why not', async () => {
    await stage.open('rich', { credits: 20 });
    const page = await desk('olga');
    await find(page, 'rich');
    const adjust = card(page, 'Adjust');
    const by = async (amount: string) => {
      await adjust.getByLabel('Amount').fill(amount);
      await adjust.getByLabel('Reason').fill('a correction');
      await adjust.getByRole('button', { name: 'Adjust' }).click();
    };
    await by('-30');
    await adjust.getByRole('alert').waitFor();
    await by('-15');
    await adjust.getByText('Adjusted: 5 credits available now.').waitFor();
  });

  test('gives a gift to those named, once per key, and checks the books', async () => {
    const user = await stage.open('given', { credits: 1 });
    const page = await desk('olga');
    const gift = card(page, 'Gift');
    for (const _time of [1, 2]) {
      await gift.getByLabel('Key').fill('spring');
      await gift.getByLabel('Amount').fill('7');
      await gift.getByLabel('User ids').fill('given');
      await gift.getByLabel('Reason').fill('spring');
      await gift.getByRole('button', { name: 'Give' }).click();
      await gift.getByText('Done: 1 of 1').waitFor();
      await showsCredits(user, 8);
    }
    await page.getByRole('button', { name: 'Check the books' }).click();
    await page.getByText(/^The books agree: \d+ wallets/).waitFor();
    await card(page, 'Prices').getByText('txt_upload').waitFor();
  });

  test('reads all that somebody has been through, to the first entry', async () => {
    const user = await stage.open('diligent', { credits: 0 });
    for (let entry = 1; entry <= 60; entry += 1) {
      await stage.sql.query(`UPDATE credits.wallets SET balance = balance + 1 WHERE user_id = 'diligent'`);
    }
    await user.getByRole('link', { name: 'History' }).click();
    const page = await desk('olga');
    await find(page, 'diligent');
    for (const entries of [card(user, 'Every change'), card(page, 'Entries')]) {
      const more = entries.getByRole('button', { name: 'Show more' });
      await more.click();
      await entries.getByRole('row').nth(50).waitFor();
      await more.click();
      await more.waitFor({ state: 'detached' });
      // A row for each, and the one with the names of the columns.
      expect(await entries.getByRole('row').count()).toBe(61);
      await entries.getByRole('row').last().getByText('+1').waitFor();
    }
  });

  test('erases a person who asked for it, and is told before what goes and what stays', async () => {
    const user = await stage.open('leaver', { credits: 30 });
    await choose(user, { name: 'diary.txt', content: 'A Diary' });
    await outcome(user, 'diary.txt', '3 credits').waitFor();
    const page = await desk('olga');
    await find(page, 'leaver');
    await page.getByRole('button', { name: 'Erase' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase leaver?' });
    await dialog.getByText('documents, recordings and exports').waitFor();
    await dialog.getByText('every entry with its amount and time').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Erase' }).click();
    await dialog.getByLabel('Reason').fill('asked for it');
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await dialog.getByLabel('Type leaver to go on').fill('leaver');
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('heading', { name: /^erased:/ }).waitFor();
    const entries = card(page, 'Entries');
    await entries.getByRole('cell', { name: '−3', exact: true }).waitFor();
    await entries.getByRole('cell', { name: '+30', exact: true }).waitFor();
    const { rows } = await stage.sql.query(
      `SELECT (SELECT count(*) FROM credits.wallets WHERE user_id = 'leaver') AS wallets,
              (SELECT count(*) FROM library.documents WHERE user_id = 'leaver') AS documents`,
    );
    expect(rows).toEqual([{ wallets: '0', documents: '0' }]);
  });

  test('is nobody without the role, whatever the address says', async () => {
    const page = await stage.open('curious', { credits: 1 });
    await page.goto(`${stage.url}#operator/maker`);
    await page.getByRole('heading', { name: 'Operators only' }).waitFor();
    expect(await page.getByRole('link', { name: 'Operator' }).count()).toBe(0);
  });
});
