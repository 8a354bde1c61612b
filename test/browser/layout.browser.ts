import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome } from './parts.js';
import { faultsOf } from './layout-faults.js';
import { openStage, type Stage } from './stage.js';

const WIDTHS = [360, 480, 640, 768, 900, 960, 1280, 1920];
const BALANCES = [0, 100, 1e12];

describe.each([
  ['as it is', 16],
  ['twice as large', 32],
])('with text %s', (_words, fontSize) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_TOPUP_URL: 'https://shop.example/credits' });
  });
  afterAll(() => stage.close());

  test.each(BALANCES)(
    'no word is broken and nothing overlaps, at any width, with %d credits',
    async (credits) => {
      const page = await stage.open(`owner-of-${credits}`, { credits: 40, admin: true });
      await enlarge(page, fontSize);
      // As many as have a search above them.
      for (const number of [8, 7, 6, 5, 4, 3, 2, 1]) {
        const name = `Chapter ${number}.txt`;
        await choose(page, { name, content: `Chapter ${number}\n\nIt rained.` });
        await outcome(page, name, '3 credits').waitFor();
      }
      // By way of nothing, so that a line of the history has the whole figure, too.
      for (const balance of [0, credits]) {
        await stage.sql.query('UPDATE credits.wallets SET balance = $2 WHERE user_id = $1', [
          `owner-of-${credits}`,
          balance,
        ]);
      }
      // A name as long as any may be, and the word beside it that says what went back of it.
      const longName = `${'n'.repeat(180)} ${'and on '.repeat(10)}.txt`;
      await choose(page, { name: longName, content: 'A long name.' });
      await outcome(page, longName, credits < 3 ? 'not enough' : '3 credits').waitFor();
      await choose(page, { name: 'short.docx', content: 'PK' });
      await page.getByRole('checkbox', { name: 'Chapter 1' }).check();
      const found: string[] = [];
      for (const view of ['work', 'history', 'operator', `operator/owner-of-${credits}`]) {
        await page.goto(`${stage.url}#${view}`);
        await page.locator('.loading').first().waitFor({ state: 'detached' });
        await page.locator('.rows > li, table:not(.plain) td').first().waitFor();
        // As narrow as that only with text as it is.
        for (const width of fontSize === 16 ? [320, ...WIDTHS] : WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          found.push(...(await faultsOf(page)).map((fault) => `${view} at ${width} px: ${fault}`));
        }
      }
      expect(found).toEqual([]);
    },
  );
});

/** As somebody sets it in the browser's own settings. */
async function enlarge(page: Page, pixels: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard: pixels, fixed: pixels } });
}
