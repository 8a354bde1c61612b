import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { choose, outcome, showsCredits, slowDown } from './parts.js';
import { openStage, type Stage } from './stage.js';

const TOP_UP_URL = 'https://shop.example/credits';

describe('running out of credits', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_TOPUP_URL: TOP_UP_URL });
  });
  afterAll(() => stage.close());

  const letter = { name: 'letter.docx', content: fileOf('docx', 'letter.docx') };
  const give = (user: string, credits: number) =>
    stage.sql.query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [user, credits]);
  const figure = (page: Page, name: string) =>
    page.locator('.shortage div', { has: page.getByText(name, { exact: true }) }).locator('dd');

  test('says what is missing and where to get it, keeps the file, and goes on when credits arrive', async () => {
    const page = await stage.open('poor', { credits: 4 });
    await showsCredits(page, 4);
    const word = page.locator('.kind', { hasText: 'Word document' });
    await word.getByText('1 missing').waitFor();
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/api/docx')) keys.push(request.headers()['idempotency-key']);
    });
    await choose(page, letter);
    await outcome(page, 'letter.docx', 'not charged: not enough credits').waitFor();
    expect(await figure(page, 'needed').innerText()).toBe('5');
    expect(await figure(page, 'available').innerText()).toBe('4');
    expect(await figure(page, 'missing').innerText()).toBe('1');
    expect(await page.getByRole('link', { name: 'Get more credits' }).getAttribute('href')).toBe(TOP_UP_URL);
    await give('poor', 10);
    await outcome(page, 'letter.docx', '5 credits').waitFor();
    await showsCredits(page, 9);
    expect(new Set(keys).size).toBe(2);
  });

  test('somebody with nothing left is told when the next credits come by themselves', async () => {
    const page = await stage.open('patient', { credits: 0 });
    await showsCredits(page, 0);
    const anchor = new Date(Date.now() + 86_400_000).toISOString();
    const answer = await fetch(`${stage.url}api/admin/wallets/patient/allowances`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await stage.token('operator', { admin: true })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ plan: 'free', credits: 50, anchor, reason: 'a month of fifty' }),
    });
    expect(answer.status).toBe(201);
    await page.reload();
    await page.getByText('50 credits more come').waitFor();
  });

  test('credits that come, but not enough, start nothing; and two that wait are not both begun on the credits of one', async () => {
    const page = await stage.open('frugal', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, letter);
    await outcome(page, 'letter.docx', 'not enough credits').waitFor();
    await choose(page, { name: 'second.txt', content: 'Second' });
    await outcome(page, 'second.txt', 'not enough credits').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(new URL(request.url()).pathname);
    });
    await give('frugal', 4);
    await showsCredits(page, 4);
    await give('frugal', 3);
    await outcome(page, 'letter.docx', '5 credits').waitFor();
    await showsCredits(page, 2);
    await outcome(page, 'second.txt', 'not enough credits').waitFor();
    expect(asked).toEqual(['/api/docx']);
  });

  test('of many files starts none unasked, or only those that the credits are enough for', async () => {
    const page = await stage.open('bulk', { credits: 10 });
    await showsCredits(page, 10);
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
    });
    const many = Array.from({ length: 12 }, (_, index) => ({
      name: `${index}.txt`,
      content: `No. ${index}`,
    }));
    await choose(page, ...many);
    const quote = page.getByRole('group', { name: 'Before they start' });
    await quote.getByText('12 files · 36 credits · 26 missing').waitFor();
    expect(posts).toEqual([]);
    await quote.getByRole('button', { name: 'Only what fits: 3' }).click();
    for (const name of ['0.txt', '1.txt', '2.txt']) await outcome(page, name, '3 credits').waitFor();
    await showsCredits(page, 1);
    expect(posts).toHaveLength(3);
    await choose(page, ...many);
    await quote.getByRole('button', { name: 'Leave it' }).click();
    await quote.waitFor({ state: 'detached' });
    expect(posts).toHaveLength(3);
  });

  test('says what is only on hold, and until when; once that is free the file goes on', async () => {
    const [one, other] = await Promise.all([stage.open('busy', { credits: 6 }), stage.open('busy')]);
    await showsCredits(one, 6);
    await slowDown(other);
    await choose(other, { name: 'slow.wav', content: Buffer.alloc(8_000_000, 'RIFF') });
    await one.locator('#balance').getByText('2 on hold').waitFor();
    await choose(one, letter);
    expect(await figure(one, 'on hold').innerText()).toBe('2');
    await one
      .getByText(/2 credits on hold for recording, until \d+:\d\d:\d\d [AP]M unless it takes longer/)
      .waitFor();
    await other.getByRole('button', { name: 'Cancel slow.wav' }).click();
    await outcome(one, 'letter.docx', '5 credits').waitFor();
    await showsCredits(one, 1);
  });
});
