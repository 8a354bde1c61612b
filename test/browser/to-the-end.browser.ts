import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { answerInPages } from './paged-double.js';
import { openStage, type Stage } from './stage.js';

describe('every list', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_PACK_STARTER: '500 for 5.00 EUR' });
  });
  afterAll(() => stage.close());

  const ROWS = 260;

  /** Presses the one button of a list until there is none, and answers how many rows there are then. */
  async function rowsToTheEnd(list: Locator): Promise<number> {
    const rows = list.getByRole('row');
    await rows.nth(1).waitFor();
    const more = list.getByRole('button', { name: /^Show more/ });
    while (await more.isVisible()) {
      const before = await rows.count();
      await more.click();
      await rows.nth(before).waitFor();
    }
    // One of them names the columns.
    return (await rows.count()) - 1;
  }

  /** Newest first, as a route has them. */
  const times = Array.from({ length: ROWS }, (_, index) =>
    new Date(Date.now() - index * 60_000).toISOString(),
  );
  const purchases = times.map((createdAt) => ({
    ...{ id: randomUUID(), offer: 'STARTER', state: 'paid', pending: false, credits: 500, amount: 500 },
    ...{ paidAmount: 500, currency: 'EUR', reversed: 0, creditsBack: 0, receiptUrl: null, url: null },
    ...{ suspicion: null, userId: 'collector', createdAt, paidAt: createdAt },
  }));

  test('of purchases goes on to its end, for who bought and for who answers for it', async () => {
    const page = await stage.open('collector', { credits: 1 });
    await answerInPages(page, '/api/credits/purchases', purchases);
    await page.getByRole('link', { name: 'Get credits' }).click();
    expect(await rowsToTheEnd(page.getByRole('region', { name: 'What you bought' }))).toBe(ROWS);
    const desk = await stage.open('olga', { admin: true });
    await answerInPages(desk, '/api/admin/purchases', purchases);
    await desk.goto(`${stage.url}#operator/collector`);
    expect(await rowsToTheEnd(desk.getByRole('region', { name: 'Purchases', exact: true }))).toBe(ROWS);
    await desk.goto(`${stage.url}#operator`);
    expect(await rowsToTheEnd(desk.getByRole('region', { name: 'Suspect payments' }))).toBe(ROWS);
    // Each button has a name of its own, also where two were bought within a minute.
    const names = await desk.evaluate<string[]>(
      `[...document.querySelectorAll('[aria-label^="Give money back"]')].map((button) => button.ariaLabel)`,
    );
    expect(new Set(names).size).toBe(ROWS);
  });

  test('of what was set aside goes on to its end, charges beside it notwithstanding', async () => {
    const page = await stage.open('tried', { credits: 50 });
    const token = await stage.token('tried');
    const send = (name: string, content: string) => {
      const body = new FormData();
      body.append('file', new Blob([content]), name);
      const headers = { authorization: `Bearer ${token}` };
      return fetch(`${stage.url}api/upload/txt`, { method: 'POST', headers, body });
    };
    for (let file = 1; file <= 40; file += 1) await send(`broken ${file}.txt`, '\u0000\u0001');
    for (let file = 1; file <= 10; file += 1) await send(`fine ${file}.txt`, `Chapter ${file}`);
    await page.getByRole('link', { name: 'History' }).click();
    const list = page.getByRole('region', { name: 'Set aside, and not charged' });
    expect(await rowsToTheEnd(list)).toBe(40);
    // The name stands below what it was for, not behind it.
    expect(await list.getByRole('cell', { name: 'broken 1.txt' }).innerText()).toBe('Text\nbroken 1.txt');
  });

  test('of what operators did goes on to its end', async () => {
    const desk = await stage.open('olga', { admin: true });
    const acts = times.map((at, index) => ({
      ...{
        id: randomUUID(),
        at,
        actor: 'olga',
        kind: 'grant',
        reason: `order ${index}`,
        credits: 5,
        entries: 1,
      },
      userId: 'collector',
    }));
    await answerInPages(desk, '/api/admin/acts', acts);
    await desk.getByRole('link', { name: 'Operator' }).click();
    expect(await rowsToTheEnd(desk.getByRole('region', { name: 'What operators did in 30 days' }))).toBe(
      ROWS,
    );
  });

  test('says on paper that there is more of it', async () => {
    const page = await stage.open('papers', { credits: 1 });
    await answerInPages(page, '/api/credits/purchases', purchases);
    await page.getByRole('link', { name: 'Get credits' }).click();
    const list = page.getByRole('region', { name: 'What you bought' });
    await list.getByRole('row').nth(25).waitFor();
    await page.emulateMedia({ media: 'print' });
    await list.getByText('The first 25; there are more than are on this sheet.').waitFor();
  });
});
