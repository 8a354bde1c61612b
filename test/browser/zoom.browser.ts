import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('somebody who sees less', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  test('has the whole window for the page at 400 % zoom', async () => {
    // 1280 by 1024 of which a quarter is left either way.
    const page = await stage.open('close', {
      credits: 7,
      profile: { viewport: { width: 320, height: 256 } },
    });
    await showsCredits(page, 7);
    await page.evaluate('scrollTo(0, 400)');
    const bottom = () =>
      page.evaluate<number>('document.querySelector(".bar").getBoundingClientRect().bottom');
    expect(await bottom()).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 1024 });
    await page.evaluate('document.body.style.minHeight = "3000px"; scrollTo(0, 400)');
    expect(await bottom()).toBeGreaterThan(0);
  });

  test('knows in forced colours where they are, what is chosen and what has the focus', async () => {
    const page = await stage.open('forced', { credits: 7, profile: { forcedColors: 'active' } });
    await showsCredits(page, 7);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: '30 days' }).waitFor();
    const look = (selector: string) =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('${selector}')].map((one) => getComputedStyle(one).backgroundColor)`,
      );
    const [work, history] = await look('.bar nav a');
    expect(history).not.toBe(work);
    const [week, month, quarter] = await look('.switch:first-of-type button');
    expect([month !== week, week]).toEqual([true, quarter]);
    await page.keyboard.press('Shift+Tab');
    await page.getByRole('link', { name: 'History' }).focus();
    const width = `getComputedStyle(document.activeElement).outlineWidth`;
    expect(await page.evaluate(width)).toBe('3px');
  });
});
