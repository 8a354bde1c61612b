import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { until } from '../support/until.js';
import { choose, outcome, showsCredits, slowDown } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('uploads', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  /** Rows of the ledger, the oldest first. */
  const amounts = async (user: string) => {
    const sql = 'SELECT amount FROM credits.entries WHERE user_id = $1 ORDER BY version';
    return (await stage.sql.query(sql, [user])).rows.map(({ amount }) => Number(amount));
  };
  const heldBy = async (user: string) =>
    Number(
      (await stage.sql.query('SELECT held FROM credits.wallets WHERE user_id = $1', [user])).rows[0].held,
    );

  test('each kind, several at once: choosing starts them, each says what it cost, and the library has them', async () => {
    const page = await stage.open('mixed', { credits: 50 });
    await choose(
      page,
      { name: 'tone.mp3', content: fileOf('audio', 'tone-sox.mp3') },
      { name: 'words.txt', content: Buffer.from('\ufeffÜber den Dächern\n\nEs war still.', 'utf16le') },
      { name: 'chapter.docx', content: fileOf('docx', 'chapter.docx') },
    );
    await outcome(page, 'tone.mp3', '2 credits').waitFor();
    await outcome(page, 'words.txt', '3 credits').waitFor();
    await outcome(page, 'chapter.docx', '5 credits').waitFor();
    await showsCredits(page, 40);
    await page.getByRole('link', { name: 'Read Über den Dächern' }).click();
    await page.locator('.text').getByText('Es war still.').waitFor();
    expect((await amounts('mixed')).sort()).toEqual([-2, -3, -5, 50]);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: /^About Charge · Word document, / }).waitFor();
    await page.getByRole('link', { name: /^Read words\.txt: Charge · Text/ }).click();
    await page.locator('.text').getByText('Es war still.').waitFor();
  });

  test('a file that fails costs nothing, and says why', async () => {
    const page = await stage.open('unlucky', { credits: 10 });
    await choose(page, { name: 'cut.wav', content: fileOf('audio', 'tone.wav').subarray(0, 9_000) });
    await outcome(page, 'cut.wav', 'not charged: the recording is cut off').waitFor();
    await choose(page, { name: 'empty.txt', content: '' });
    await outcome(page, 'empty.txt', 'not charged: the file is empty').waitFor();
    await choose(page, { name: 'table.xlsx', content: 'PK' });
    await outcome(page, 'table.xlsx', 'not charged: only recordings').waitFor();
    await showsCredits(page, 10);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: 'not charged: the recording is cut off.' }).waitFor();
    expect(await amounts('unlucky')).toEqual([10]);
  });

  test('a text in an encoding that cannot be told shows how it would read, and is charged as it was chosen', async () => {
    const page = await stage.open('reader', { credits: 10 });
    await choose(page, { name: 'yes.txt', content: Buffer.from([0xe4, 0xc1]) });
    const choice = page.getByRole('group', { name: 'Which of these reads right?' });
    await choice.getByRole('radio', { name: 'koi8-r Да' }).check();
    expect(await amounts('reader')).toEqual([10]);
    await choice.getByRole('button', { name: /^Read it as koi8-r 3 credits/ }).click();
    await outcome(page, 'yes.txt', '3 credits').waitFor();
    await page.getByRole('link', { name: 'Read Да' }).waitFor();
    expect((await amounts('reader')).sort()).toEqual([-3, 10]);
  });

  test('a file that is dropped is taken like one that is chosen', async () => {
    const page = await stage.open('dropper', { credits: 10 });
    await showsCredits(page, 10);
    const files = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['Dropped\\n\\nIt fell.'], 'dropped.txt', { type: 'text/plain' }));
      return transfer;
    })()`);
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: files });
    await outcome(page, 'dropped.txt', '3 credits').waitFor();
  });

  test('the progress is real, and who cancels on the way is not charged', async () => {
    const page = await stage.open('hasty', { credits: 10 });
    await showsCredits(page, 10);
    await slowDown(page);
    await choose(page, { name: 'long.wav', content: Buffer.alloc(8_000_000, 'RIFF') });
    const progress = page.getByRole('progressbar', { name: 'Sending long.wav' });
    await until(async () => Number(await progress.getAttribute('value')) > 0.1, 20_000);
    expect(await heldBy('hasty')).toBe(2);
    await page.getByRole('button', { name: 'Cancel long.wav' }).click();
    await outcome(page, 'long.wav', 'not charged: cancelled').waitFor();
    // The rest would take far longer to arrive.
    await until(async () => (await heldBy('hasty')) === 0);
    await showsCredits(page, 10);
    expect(await amounts('hasty')).toEqual([10]);
  });

  test('an answer that got lost is asked for again with the same key: one charge, one document', async () => {
    const page = await stage.open('unheard', { credits: 10 });
    await showsCredits(page, 10);
    const keys = await loseTheFirstAnswer(page, '**/api/upload/txt');
    await choose(page, { name: 'once.txt', content: 'Once\n\nAnd no more.' });
    await outcome(page, 'once.txt', '3 credits').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    expect(await amounts('unheard')).toEqual([10, -3]);
    expect(await page.getByRole('link', { name: 'Read Once' }).count()).toBe(1);
  });

  test('a price that rose since it was shown is not paid unasked', async () => {
    const page = await stage.open('thrifty', { credits: 10 });
    await showsCredits(page, 10);
    await page.route('**/api/credits/prices', async (route) => {
      const list = { priceVersion: 'old', prices: [{ action: 'txt_upload', credits: 1 }] };
      await route.fulfill({ json: list });
    });
    await page.reload();
    await page.locator('.kind', { hasText: 'Text' }).getByText('1 credit').waitFor();
    await page.unroute('**/api/credits/prices');
    await choose(page, { name: 'dear.txt', content: 'Dear' });
    await outcome(page, 'dear.txt', 'not charged: the price has changed to 3 credits').waitFor();
    expect(await amounts('thrifty')).toEqual([10]);
    await page.getByRole('button', { name: 'Go on for 3 credits' }).click();
    await outcome(page, 'dear.txt', '3 credits').waitFor();
  });
});

/** The server does its work, and nobody hears of it. The keys of all tries come in as they are made. */
async function loseTheFirstAnswer(page: Page, path: string): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  await page.route(path, async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  return keys;
}
