import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { choose, outcome } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** Of one shift; less than that all together counts as good (Cumulative Layout Shift). */
const GOOD = 0.1;
const ANSWER_MS = [300, 700, 500, 900, 400];

/** Everything that moved by itself: by how much, and from where to where. */
const WATCH = `
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      for (const { node, previousRect, currentRect } of sources)
        window.moved.push({ value, what: node?.id || node?.className, from: previousRect.y, to: currentRect.y });
  }).observe({ type: 'layout-shift', buffered: true });
`;

interface Moved {
  value: number;
}

describe('answers that come one after the other', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    const page = await stage.open('slow', { credits: 100, admin: true });
    await choose(page, ...['1', '2', '3', '4'].map((name) => ({ name: `${name}.txt`, content: name })));
    await outcome(page, '4.txt', '3 credits').waitFor();
  });
  afterAll(() => stage.close());

  test.each([
    ['work', 1280],
    ['history', 1280],
    ['operator', 1280],
    ['work', 390],
    ['history', 390],
  ])('leave what is already there where it is under #%s, %d px wide', async (view, width) => {
    const page = await stage.open('slow', { admin: true, profile: { viewport: { width, height: 900 } } });
    // What this installation is was seen once.
    await page.getByRole('link', { name: 'Get credits' }).waitFor();
    await page.getByText('This is the demo').waitFor();
    let asked = 0;
    await page.addInitScript(WATCH);
    await page.route(/\/api\/(?!credits\/stream)/, async (route) => {
      await pause(ANSWER_MS[asked++ % ANSWER_MS.length]);
      await route.continue();
    });
    await page.goto('about:blank');
    await page.goto(`${stage.url}#${view}`);
    await page.locator('.loading').first().waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    await pause(1_500);
    const moved = await page.evaluate<Moved[]>('window.moved');
    expect(moved.filter(({ value }) => value >= GOOD)).toEqual([]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    // Of six pages of a user that wait for changes one has to come again, and says that its balance may be old.
    await page.context().close();
  });
});
