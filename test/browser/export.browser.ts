import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('exports', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await openStage();
    page = await stage.open('exporter', { credits: 50 });
    await choose(
      page,
      { name: 'chapter.txt', content: 'A Chapter\n\nIt was a dark night.' },
      { name: 'tone.mp3', content: fileOf('audio', 'tone-sox.mp3') },
    );
    await outcome(page, 'chapter.txt', '3 credits').waitFor();
    await outcome(page, 'tone.mp3', '2 credits').waitFor();
  });
  afterAll(() => stage.close());

  const mark = (name: string) => page.getByRole('checkbox', { name }).check();
  /** Exports whatever is marked, and what the browser then saves. */
  const exported = async (format: string, title: string) => {
    await page.getByRole('radio', { name: format }).check();
    await page.getByLabel('Title').fill(title);
    const [made] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/export') && response.status() === 201),
      page.getByRole('button', { name: 'Export as' }).click(),
    ]);
    const job = page.locator('.job', { hasText: title });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      job.getByRole('button', { name: 'Download' }).click(),
    ]);
    const bytes = await readFile(await download.path());
    expect(hash('sha256', bytes)).toBe((await made.json()).sha256);
    return { name: download.suggestedFilename(), bytes };
  };

  test('free ones say so and take nothing', async () => {
    await showsCredits(page, 45);
    await mark('A Chapter');
    await page.getByRole('radio', { name: 'Plain text' }).check();
    await page.getByRole('button', { name: 'Export as Plain text free' }).waitFor();
    const { name, bytes } = await exported('Plain text', 'Free Text');
    await outcome(page, 'Free Text', 'free').waitFor();
    expect(name).toMatch(/\.txt$/);
    expect(bytes.toString()).toContain('It was a dark night.');
    await showsCredits(page, 45);
  });

  test('a paid one costs what its button says, and what is saved is what was asked for', async () => {
    await page.getByRole('radio', { name: 'PDF' }).check();
    await page.getByRole('button', { name: /Export as PDF 15 credits.*30 left after/ }).waitFor();
    const { name, bytes } = await exported('PDF', 'Paid Pages');
    await outcome(page, 'Paid Pages', '15 credits').waitFor();
    expect(name).toMatch(/\.pdf$/);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    await showsCredits(page, 30);
  });

  test('a bundle has the documents and the recordings, and stays in the list of exports', async () => {
    await mark('tone.mp3');
    expect(await page.getByRole('radio', { name: 'PDF' }).isDisabled()).toBe(true);
    await page
      .getByRole('button', { name: /Export as ZIP of everything 15 credits.*15 left after/ })
      .waitFor();
    const { name, bytes } = await exported('ZIP', 'All Of It');
    expect(name).toMatch(/\.zip$/);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(bytes.includes(Buffer.from('tone.mp3'))).toBe(true);
    await showsCredits(page, 15);
    await page.reload();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Download ${name}` }).click(),
    ]);
    expect(await readFile(await download.path())).toEqual(bytes);
  });

  test('documents stand in it by the names of their files, until somebody gives them another order', async () => {
    const user = await stage.open('author', { credits: 20 });
    await choose(
      user,
      ...[1, 10, 2].map((n) => ({ name: `ch-${n}.txt`, content: `Chapter ${n}\n\nBody ${n}.` })),
    );
    for (const n of [1, 10, 2]) await outcome(user, `ch-${n}.txt`, '3 credits').waitFor();
    await user.getByRole('checkbox', { name: /^Mark all 3 documents/ }).check();
    await user.getByRole('radio', { name: 'Plain text' }).check();
    const orderIn = async () => {
      const [sent] = await Promise.all([
        user.waitForResponse((response) => response.url().endsWith('/api/export')),
        user.getByRole('button', { name: /^Export as Plain text/ }).click(),
      ]);
      const [download] = await Promise.all([
        user.waitForEvent('download'),
        user.locator('.export .job').first().getByRole('button', { name: 'Download' }).click(),
      ]);
      expect(sent.status()).toBe(201);
      return (await readFile(await download.path(), 'utf8')).match(/Body \d+/g);
    };
    expect(await orderIn()).toEqual(['Body 1', 'Body 2', 'Body 10']);
    await user.getByRole('button', { name: 'Move Chapter 10 up' }).click();
    await user.keyboard.press('Enter');
    const order = user.getByRole('list', { name: 'Order of the export' }).locator('.title');
    expect(await order.allInnerTexts()).toEqual(['Chapter 10', 'Chapter 1', 'Chapter 2']);
    expect(await orderIn()).toEqual(['Body 10', 'Body 1', 'Body 2']);
    await user.getByRole('button', { name: 'Sort by name' }).click();
    expect(await orderIn()).toEqual(['Body 1', 'Body 2', 'Body 10']);
  });

  test('the history goes into a CSV, filtered as it is shown', async () => {
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByLabel('Action').selectOption({ label: 'Export' });
    await page.getByRole('cell', { name: 'Charge · Text' }).waitFor({ state: 'detached' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toMatch(/^id,version,kind,amount,balanceAfter,action/);
    expect(lines.slice(1).map((line) => line.split(',').slice(2, 6))).toEqual([
      ['charge', '-15', '15', 'premium_export'],
      ['charge', '-15', '30', 'premium_export'],
    ]);
  });
});
