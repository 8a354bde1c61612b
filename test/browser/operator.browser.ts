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
    await page.getByLabel('User id', { exact: true }).fill(user);
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
    await page.getByRole('button', { name: 'Refund' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Amount').inputValue()).toBe('3');
    await dialog.getByLabel('Reason').fill('it was noisy');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await showsCredits(user, 55);
    await page.getByRole('cell', { name: '3 refunded' }).waitFor();
    expect(await page.getByRole('button', { name: 'Refund' }).count()).toBe(0);
    await user.getByRole('link', { name: 'History' }).click();
    await user.getByRole('cell', { name: 'it was noisy · by olga' }).waitFor();
    await user.getByRole('cell', { name: 'a long wait · by olga' }).waitFor();
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

  test('is nobody without the role, whatever the address says', async () => {
    const page = await stage.open('curious', { credits: 1 });
    await page.goto(`${stage.url}#operator/maker`);
    await page.getByRole('heading', { name: 'Operators only' }).waitFor();
    expect(await page.getByRole('link', { name: 'Operator' }).count()).toBe(0);
  });
});
