import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/until.js';
import { outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('the first run', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_SIGNUP_GRANT: '100' });
  });
  afterAll(() => stage.close());

  test('the printed address opens the page as demo with the signup grant, and leaves no token in sight', async () => {
    const page = await (await stage.profile()).newPage();
    await page.goto(stage.address);
    await showsCredits(page, 100);
    await page.locator('.who').getByText('demo').waitFor();
    expect(page.url()).toBe(stage.url);
  });

  test('says once what it is there to show, and has what a first upload wants one click away', async () => {
    const page = await stage.open('reader');
    const about = page.getByRole('complementary', { name: 'About this page' });
    await about.getByText('prepaid credits for NestJS').waitFor();
    await about.getByRole('button', { name: 'Got it' }).click();
    await about.waitFor({ state: 'detached' });
    await page.reload();
    await showsCredits(page, 100);
    await page.waitForTimeout(500);
    expect(await about.count()).toBe(0);
    await page.locator('.chip', { hasText: 'a chapter' }).click();
    await outcome(page, 'the-lighthouse.txt', '3 credits').waitFor();
  });

  test('shows every price and what remains after it, before anything is clicked', async () => {
    const page = await stage.open('newcomer');
    await showsCredits(page, 100);
    for (const [name, price, after] of [
      ['Recording', '2 credits', '98 left after'],
      ['Text', '3 credits', '97 left after'],
      ['Word document', '5 credits', '95 left after'],
    ] as const) {
      const button = page.locator('.kind', { hasText: name });
      await button.getByText(price).waitFor();
      await button.getByText(after).waitFor();
    }
    await page.locator('.choice', { hasText: 'Plain text' }).getByText('free').waitFor();
    await page.locator('.choice', { hasText: 'PDF' }).getByText('15 credits').waitFor();
  });

  test('each sample is one click away, and is read, heard and paid like any other file', async () => {
    const page = await stage.open('sampler');
    for (const [name, file, cost] of [
      ['a bell', 'evening-bell.wav', '2 credits'],
      ['a chapter', 'the-lighthouse.txt', '3 credits'],
      ['a Word document', 'reading-notes.docx', '5 credits'],
    ] as const) {
      await page.locator('.chip', { hasText: name }).click();
      await outcome(page, file, cost).waitFor();
    }
    await showsCredits(page, 90);
    await page.getByRole('link', { name: 'Read Reading Notes' }).click();
    await page.locator('.text strong', { hasText: 'neither is Marta' }).waitFor();
    await page.locator('.text ul ul li', { hasText: 'when she talks to the stairs' }).waitFor();
    await page.locator('.text ol li', { hasText: 'Close the window.' }).waitFor();
    expect(await page.locator('.text .center').innerText()).toBe('For the one who reads this aloud');
    await page.goBack();
    await page.getByRole('button', { name: 'Play evening-bell.wav' }).click();
    await page.locator('audio').waitFor();
    await until(async () => Number(await page.evaluate('document.querySelector("audio").currentTime')) > 0);
  });

  test('who is signed in is asked before somebody else takes the place', async () => {
    const page = await stage.open('first');
    await page.locator('.who').getByText('first').waitFor();
    const questions: string[] = [];
    const answerWith = (isYes: boolean) =>
      page.once('dialog', (dialog) => {
        questions.push(dialog.message());
        void (isYes ? dialog.accept() : dialog.dismiss());
      });
    answerWith(false);
    await page.goto(`${stage.url}#token=${await stage.token('second')}`);
    await page.waitForURL(stage.url);
    await page.locator('.who').getByText('first').waitFor();
    answerWith(true);
    await page.goto(`${stage.url}#token=${await stage.token('second')}`);
    await page.locator('.who').getByText('second').waitFor();
    expect(questions).toEqual(Array(2).fill('You are signed in as first. Sign in as second instead?'));
  });

  test('a token is taken by hand where there is none, and forgotten on signing out', async () => {
    const page = await (await stage.profile()).newPage();
    await page.goto(stage.url);
    await page.getByLabel('Token').fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('not a token').waitFor();
    await page.getByLabel('Token').fill(await stage.token('pasted'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await showsCredits(page, 100);
    const other = await page.context().newPage();
    await other.goto(stage.url);
    await showsCredits(other, 100);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await other.getByText('You signed out in another tab.').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
    // What this installation is stays known; of the user nothing does.
    expect(await page.evaluate('Object.keys({ ...localStorage, ...sessionStorage }).sort()')).toEqual([
      'demo-last-time',
      'sold-last-time',
    ]);
  });
});
