import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** A person who points, thinks and clicks, and types with two hands: the keystroke-level model (Card, Moran, Newell). */
const MS_A_CLICK = 1_100 + 1_350 + 200;
const MS_A_KEY = 280;
/** To read the line and make up one's mind. */
const MS_TO_READ = 15_000;
const MINUTE_MS = 60_000;

const REASON = 'the export lacked a chapter';

describe('a customer complains', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const customer = async (user: string) => {
    const profile = { permissions: ['clipboard-read', 'clipboard-write'] };
    const page = await stage.open(user, { credits: 30, profile });
    await choose(page, { name: 'a-chapter.txt', content: 'A Chapter\n\nIt was a dark night.' });
    await outcome(page, 'a-chapter.txt', '3 credits').waitFor();
    return page;
  };
  const copied = async (page: Page, label: string) => {
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    return text
      .split('\n')
      .find((line) => line.startsWith(`${label}: `))!
      .slice(label.length + 2);
  };

  test('about −15, and has it back with a reason within a minute of an operator’s', async () => {
    const page = await customer('reporter');
    await page.getByRole('checkbox', { name: 'A Chapter' }).check();
    await page.locator('.choice', { hasText: 'PDF' }).click();
    await page.locator('.export button[type=submit]').click();
    await showsCredits(page, 12);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: /^About Charge · Export, .*, −15, / }).click();
    await page.getByRole('button', { name: 'Copy all, to report a problem' }).click();
    await page.getByText('Copied').waitFor();
    const entryId = await copied(page, 'Entry id');

    const desk = await stage.open('olga', { admin: true });
    const since = performance.now();
    await desk.getByRole('link', { name: 'Operator' }).click();
    await desk.getByLabel(/^User id \(/).click();
    await desk.keyboard.insertText(entryId);
    await desk.locator('.wallets a', { hasText: 'has this entry' }).click();
    await desk.getByRole('dialog', { name: 'Charge · Export −15' }).getByText('A Chapter').waitFor();
    await desk.getByRole('button', { name: 'Refund', exact: true }).click();
    const dialog = desk.getByRole('dialog', { name: 'Refund' });
    await dialog.getByText('reporter: 12 available now, 27 afterwards').waitFor();
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await desk.getByText('Refunded 15 credits: 27 credits available now.').waitFor();
    const machineMs = performance.now() - since;
    // Six clicks, a paste and the reason.
    const personMs = 7 * MS_A_CLICK + REASON.length * MS_A_KEY + MS_TO_READ;
    console.info(
      `complaint to refund: ${Math.round(machineMs)} ms of the machine, ${personMs} ms of a person`,
    );
    expect(machineMs + personMs).toBeLessThan(MINUTE_MS);
    await showsCredits(page, 27);
  });

  test('about a file that was refused, with an id that finds it', async () => {
    const page = await customer('refused');
    await choose(page, { name: 'broken.txt', content: '\u0000\u0001' });
    await outcome(page, 'broken.txt', 'not charged').waitFor();
    await page.getByRole('button', { name: 'Copy, to report it: broken.txt' }).click();
    await page.getByText('Copied').waitFor();
    expect(await copied(page, 'What')).toBe('broken.txt');
    const desk = await stage.open('olga', { admin: true });
    await desk.goto(`${stage.url}#operator`);
    await desk.getByLabel(/^User id \(/).fill(await copied(page, 'Request id'));
    await desk.locator('.wallets a', { hasText: 'refused' }).getByText('has this hold').waitFor();
  });

  test('about a fault of ours, and is told which id to name', async () => {
    const page = await customer('unlucky');
    const requestId = '0199a1c2-7c1e-7f00-8a55-3d1c9b7e4f02';
    const json = { code: 'internal', status: 500, detail: 'Something went wrong on our side.', requestId };
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+30', exact: true }).waitFor();
    await page.route('**/api/credits/history**', (route) => route.fulfill({ status: 500, json }));
    await page.getByRole('button', { name: 'CSV' }).click();
    await page.getByText(`To report it, name the request ${requestId}.`).waitFor();
  });
});
