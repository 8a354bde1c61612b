import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('the address', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const hash = (page: Page) => page.evaluate<string>('location.hash');
  const customer = async (user: string) => {
    const page = await stage.open(user, { credits: 20 });
    await choose(page, { name: 'chapter.txt', content: 'A chapter.' });
    await outcome(page, 'chapter.txt', '3 credits').waitFor();
    return page;
  };
  const entries = (page: Page) => page.getByRole('region', { name: /^(Every change|Entries)$/ });
  const rows = (page: Page) => entries(page).locator('tbody tr');
  /** What a history shows: what is filtered, by what, and the period of the chart. */
  const seen = async (page: Page) => {
    await rows(page).first().waitFor();
    return page.evaluate(`({
      rows: [...document.querySelectorAll('.entries tbody tr')].map((row) => row.cells[3].textContent),
      fields: [...document.querySelectorAll('.filters :is(select, input)')].map(({ value }) => value),
      pressed: [...document.querySelectorAll('.switch [aria-pressed=true]')].map(({ textContent }) => textContent),
    })`);
  };

  test('has what a history is filtered by: reload, back, forward and another tab show the same', async () => {
    const page = await customer('linker');
    await page.getByRole('link', { name: 'History' }).click();
    await rows(page).nth(1).waitFor();
    await page.getByLabel('Kind').selectOption('Charge');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '90 days' }).click();
    await page.getByRole('button', { name: 'By action' }).click();
    await page.getByLabel('From').fill('2026-01-01');
    expect(await hash(page)).toBe('#history?kind=charge&days=90&by=action&from=2026-01-01');
    const chosen = {
      rows: ['−3'],
      fields: ['charge', '', '2026-01-01', ''],
      pressed: ['90 days', 'By action'],
    };
    expect(await seen(page)).toEqual(chosen);
    await page.reload();
    expect(await seen(page)).toEqual(chosen);
    const other = await stage.open('linker');
    await other.goto(page.url());
    expect(await seen(other)).toEqual(chosen);
    await page.goBack();
    expect(await hash(page)).toBe('#history?kind=charge&days=90&by=action');
    await page.goBack();
    await page.goBack();
    expect(await seen(page)).toMatchObject({ pressed: ['30 days', 'By day'] });
    await page.goBack();
    await rows(page).nth(1).waitFor();
    expect(await hash(page)).toBe('#history');
    await page.goForward();
    await rows(page).nth(1).waitFor({ state: 'detached' });
    expect(await hash(page)).toBe('#history?kind=charge');
    await page.getByRole('button', { name: 'Show all' }).click();
    await rows(page).nth(1).waitFor();
    expect(await hash(page)).toBe('#history');
  });

  test('has what an operator looks for, at whom, and by what', async () => {
    await customer('looked-at');
    const page = await stage.open('olga', { admin: true });
    await page.getByRole('link', { name: 'Operator' }).click();
    await page.getByRole('button', { name: 'Refunded' }).click();
    await page.getByLabel(/^User id \(/).pressSequentially('looked');
    await page.locator('.wallets a', { hasText: 'looked-at' }).click();
    await page.getByRole('heading', { name: 'looked-at' }).waitFor();
    await page.getByLabel('Kind').selectOption('Charge');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Not delivered' }).click();
    expect(await hash(page)).toBe('#operator/looked-at?find=looked&kind=charge&events=failed');
    await page.reload();
    await page.getByRole('heading', { name: 'looked-at' }).waitFor();
    expect(await seen(page)).toMatchObject({ rows: ['−3'], pressed: ['Not delivered'] });
    expect(await page.getByLabel(/^User id \(/).inputValue()).toBe('looked');
    for (let back = 1; back <= 3; back += 1) await page.goBack();
    // All that was typed into a field is one step.
    expect(await hash(page)).toBe('#operator?series=refunded&find=looked');
    await page.goBack();
    expect(await hash(page)).toBe('#operator?series=refunded');
    await page.getByText('refunded in 30 days').waitFor();
  });

  test('leaves out what means nothing, says so, and shows the rest of it', async () => {
    const page = await customer('guesser');
    for (const [asked, left] of [
      ['kind=gift&days=90', 'kind=gift'],
      ['days=31&kind=charge', 'days=31'],
      ['from=2026-02-30&colour=red', 'from=2026-02-30, colour=red'],
      ['action=DROP%20TABLE', 'action=DROP TABLE'],
    ]) {
      await page.goto(`${stage.url}#history?${asked}`);
      await page.getByText(`The address also asks for ${left}, which is nothing to choose by here`).waitFor();
      await rows(page).first().waitFor();
    }
    await page.goto(`${stage.url}#history?days=90&kind=charge`);
    await rows(page).nth(1).waitFor({ state: 'detached' });
    expect(await page.getByText('The address also asks for').count()).toBe(0);
    expect(await seen(page)).toMatchObject({
      pressed: ['90 days', 'By day'],
      fields: ['charge', '', '', ''],
    });
  });

  test('leaves the focus where it is when one goes back, and says on paper what is left out', async () => {
    const page = await customer('printed');
    await page.getByRole('link', { name: 'History' }).click();
    await rows(page).nth(1).waitFor();
    await page.getByLabel('Kind').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    // A key that goes down a list is no step of its own.
    await page.goBack();
    await rows(page).nth(1).waitFor();
    expect(await hash(page)).toBe('#history');
    expect(await page.evaluate('document.activeElement.localName')).toBe('select');
    await page.goto(`${stage.url}#history?kind=charge&action=txt_upload&from=2026-01-01&to=2026-12-31`);
    await page.emulateMedia({ media: 'print' });
    await page
      .getByText('printed. From Jan 1, 2026 to Dec 31, 2026. Only: Charge · Text', { exact: true })
      .waitFor();
  });

  test('may ask for an action that has no price any more', async () => {
    const page = await customer('former');
    await page.goto(`${stage.url}#history?action=translation`);
    await entries(page).getByText('Nothing that fits.').waitFor();
    expect(await page.getByLabel('Action').inputValue()).toBe('translation');
  });
});
