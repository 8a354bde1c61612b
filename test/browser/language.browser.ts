import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { choose, outcome, pill } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('whatever language somebody reads', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('a document runs in the direction of its own words', async () => {
    const page = await stage.open('reader', { credits: 10 });
    await choose(page, { name: 'arabic.txt', content: 'العنوان\n\nهذا نص قصير.\n\nAnd a line in English.' });
    await outcome(page, 'arabic.txt', '3 credits').waitFor();
    await page.locator('.rows').getByRole('link', { name: /^Read/ }).click();
    await page.locator('.text').waitFor();
    /** On which side of its paragraph the first letter stands. */
    const sides = await page.evaluate<string[]>(`[...document.querySelectorAll('.text p')].map((p) => {
      const letter = document.createRange();
      letter.setStart(p.firstChild, 0);
      letter.setEnd(p.firstChild, 1);
      const { left, right } = letter.getBoundingClientRect();
      const box = p.getBoundingClientRect();
      return left - box.left < box.right - right ? 'left' : 'right';
    })`);
    expect(sides).toEqual(['right', 'left']);
  });

  test('figures and dates are written in the language of the page, not half of them in another', async () => {
    const page = await stage.open('visitor', { credits: 12_345, profile: { locale: 'ar-EG' } });
    await pill(page).getByText('12,345', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+12,345', exact: true }).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/[\u0660-\u0669\u061c]/);
  });
});
