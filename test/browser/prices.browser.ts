import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silence } from '../prices/silence.js';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('prices by what is measured', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({
      CREDIT_COST_AUDIO_UPLOAD: '2 per 60 second, at least 2',
      CREDIT_COST_TXT_UPLOAD: '1 per 1000 character',
      CREDIT_COST_READ_ALOUD: '1 per 10 character',
    });
  });
  afterAll(() => stage.close());

  test('stand on the buttons in plain words, and what was measured is charged', async () => {
    const page = await stage.open('measured', { credits: 50 });
    await page.getByRole('button', { name: /^Recording.*2 credits a minute, at least 2/ }).waitFor();
    await page.getByRole('button', { name: /^Text.*1 credit per 1,000 characters/ }).waitFor();
    await choose(
      page,
      { name: 'long.wav', content: silence(150) },
      { name: 'note.txt', content: 'x'.repeat(2_001) },
    );
    await outcome(page, 'long.wav', '5 credits').waitFor();
    await outcome(page, 'note.txt', '3 credits').waitFor();
    await showsCredits(page, 42);
  });

  test('a file that is dearer than what is there is not charged, shows what is needed, and goes on with more', async () => {
    const page = await stage.open('short', { credits: 4 });
    await choose(page, { name: 'long.wav', content: silence(150) });
    await outcome(page, 'long.wav', 'not charged: not enough credits').waitFor();
    expect(await page.locator('.shortage dl').innerText()).toMatch(
      /needed\s+5\s+available\s+4\s+missing\s+1/i,
    );
    await stage.sql.query(`UPDATE credits.wallets SET balance = 9 WHERE user_id = 'short'`);
    await outcome(page, 'long.wav', '5 credits').waitFor();
    await showsCredits(page, 4);
  });

  test('who has not even the least is told that it is the least', async () => {
    const page = await stage.open('poor', { credits: 1 });
    await choose(page, { name: 'long.wav', content: silence(150) });
    await page.locator('.shortage dt', { hasText: 'needed, at least' }).waitFor();
  });

  test('a document is read along, paid for as far as it went, and goes on from there', async () => {
    const page = await stage.open('listener', { credits: 50 });
    await choose(page, { name: 'two.txt', content: 'First it rained for a while.\n\nThen it did not.' });
    await outcome(page, 'two.txt', '1 credit').waitFor();
    await page.getByRole('link', { name: 'Read what came of two.txt' }).click();
    const along = page.getByRole('region', { name: 'Read along' });
    await along.getByRole('button', { name: /^Read along 1 credit per 10 characters/ }).click();
    await along.getByText('First it rained for a while.').waitFor();
    await along.getByRole('button', { name: 'Stop' }).click();
    await showsCredits(page, 46);
    await along.getByRole('button', { name: /^Read along/ }).click();
    await along.getByText('Read to its end · 2 credits').waitFor();
    await showsCredits(page, 44);
  });
});
