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

  test('knows in forced colours where they are', async () => {
    const page = await stage.open('forced', { credits: 7, profile: { forcedColors: 'active' } });
    await showsCredits(page, 7);
    const outlines = `[...document.querySelectorAll('.bar nav a')].map((link) => getComputedStyle(link).outlineStyle)`;
    expect(await page.evaluate(outlines)).toEqual(['solid', 'none']);
  });
});
