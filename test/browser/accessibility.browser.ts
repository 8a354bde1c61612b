import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_TOPUP_URL: 'https://shop.example/credits' });
  });
  afterAll(() => stage.close());

  const open = (user: string, options: { credits?: number; admin?: boolean } = {}) =>
    stage.open(user, { ...options, profile: { colorScheme, reducedMotion: 'reduce' } });

  test('signing in is for everybody', async () => {
    const page = await (await stage.profile({ colorScheme })).newPage();
    await page.goto(stage.url);
    await page.getByLabel('Token').fill('x');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('so is work in every state: done, failed, out of credits; the library, a document, a recording', async () => {
    const page = await open('everything', { credits: 9 });
    await choose(
      page,
      { name: 'tone.mp3', content: fileOf('audio', 'tone-sox.mp3') },
      { name: 'chapter.docx', content: fileOf('docx', 'chapter.docx') },
      { name: 'cut.wav', content: fileOf('audio', 'tone.wav').subarray(0, 9_000) },
    );
    await outcome(page, 'chapter.docx', '5 credits').waitFor();
    await outcome(page, 'cut.wav', 'not charged').waitFor();
    await choose(page, { name: 'more.docx', content: fileOf('docx', 'letter.docx') });
    await outcome(page, 'more.docx', 'not enough').waitFor();
    await page.getByRole('button', { name: 'Play tone.mp3' }).click();
    await page.locator('audio').waitFor();
    await page.getByRole('checkbox', { name: 'tone.mp3' }).check();
    expect(await seriousIn(page)).toEqual([]);
    await page.locator('.rows a', { hasText: 'Read' }).click();
    await page.locator('.text').waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('so is the history', async () => {
    const page = await open('reader', { credits: 20 });
    await choose(page, { name: 'a.txt', content: 'A' });
    await outcome(page, 'a.txt', '3 credits').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.locator('.chart svg').waitFor();
    await page.getByRole('cell', { name: '−3', exact: true }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.getByRole('button', { name: /^About Charge · Text/ }).click();
    await page.getByRole('dialog').getByText('Set aside').waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('so is the description of the API, with a route open', async () => {
    const page = await (await stage.profile({ colorScheme })).newPage();
    await page.goto(`${stage.url}docs#postUploadTxt`);
    await page.getByText(/^curl -s -X POST/).waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('so is the operator’s desk, and the question before a person is erased', async () => {
    await showsCredits(await open('helped', { credits: 20 }), 20);
    const page = await open('olga', { admin: true });
    await page.goto(`${stage.url}#operator`);
    await page.getByRole('region', { name: 'All wallets' }).locator('.chart svg').waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.goto(`${stage.url}#operator/helped`);
    await page.getByRole('cell', { name: '+20', exact: true }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('dialog', { name: 'Erase helped?' }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('nothing that can be pressed or filled in, and no table, sounds like anything else beside it', async () => {
    const page = await open('namesake', { credits: 60, admin: true });
    for (const _time of [1, 2]) {
      await choose(
        page,
        { name: 'same.txt', content: 'Same' },
        { name: 'tone.mp3', content: fileOf('audio', 'tone-sox.mp3') },
      );
      await page.locator('.job.sending, .job.working, .job.waiting').first().waitFor({ state: 'detached' });
    }
    await page.getByRole('checkbox', { name: /^Mark all 2 documents/ }).check();
    for (const made of [1, 2]) {
      await page.getByRole('button', { name: /^Export as/ }).click();
      await page
        .locator('.export .job.done')
        .nth(made - 1)
        .waitFor();
    }
    expect(await soundingAlike(page)).toEqual([]);
    await page.getByRole('link', { name: 'History' }).click();
    await page
      .getByRole('link', { name: /^Read same\.txt: / })
      .first()
      .waitFor();
    expect(await soundingAlike(page)).toEqual([]);
    await page.goto(`${stage.url}#operator/namesake`);
    await page
      .getByRole('button', { name: /^Refund Charge/ })
      .first()
      .waitFor();
    expect(await soundingAlike(page)).toEqual([]);
  });

  test('nothing is wider than a small telephone', async () => {
    const page = await stage.open('narrow', {
      admin: true,
      profile: { viewport: { width: 360, height: 740 } },
    });
    for (const view of ['work', 'history', 'operator/helped']) {
      await page.goto(`${stage.url}#${view}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });
});

/** Names that more than one link, button, field or table has, and what has none. */
async function soundingAlike(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const seen = new Set(), twice = [];
    for (const one of document.querySelectorAll('main :is(a, button, input, select, textarea, audio, table)')) {
      if (!one.checkVisibility()) continue;
      const text = one.closest('label, a, button')?.cloneNode(true);
      text?.querySelectorAll('option').forEach((option) => option.remove());
      const named = (one.getAttribute('aria-label') ?? text?.textContent ?? '').trim();
      const name = one.localName + ' ' + named;
      if (named === '' || seen.has(name)) twice.push(name);
      seen.add(name);
    }
    return twice;
  })()`);
}

/** What axe-core finds serious or critical, and where. */
async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    );
}
