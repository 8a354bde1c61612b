import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { choose, outcome, pill, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('the balance on the screen', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const set = (user: string, credits: number) =>
    stage.sql.query('UPDATE credits.wallets SET balance = $2 WHERE user_id = $1', [user, credits]);
  const isLive = (page: Page) => page.locator('#balance.live').waitFor();

  test('follows an edit made by hand in SQL within a second, without asking', async () => {
    const page = await stage.open('edited', { credits: 10 });
    await isLive(page);
    await page.getByText('Recordings come here').waitFor();
    await page.getByText('Texts and Word documents come here').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    // The second begins with the statement and not with its end.
    await Promise.all([set('edited', 1_234), showsCredits(page, '1,234', { timeout: 1_000 })]);
    expect(asked).toEqual([]);
  });

  test('is the same in two tabs, whichever of them spends', async () => {
    const one = await stage.open('twice', { credits: 10 });
    const other = await one.context().newPage();
    await other.goto(stage.url);
    await Promise.all([isLive(one), isLive(other)]);
    await choose(one, { name: 'one.txt', content: 'One' });
    await outcome(one, 'one.txt', '3 credits').waitFor();
    await Promise.all([showsCredits(one, 7), showsCredits(other, 7)]);
    await choose(other, { name: 'two.txt', content: 'Two' });
    await Promise.all([showsCredits(one, 4), showsCredits(other, 4)]);
  });

  test('says for how long it is enough apart from what else there is to say', async () => {
    const page = await stage.open('spender', { credits: 10 });
    await choose(page, { name: 'one.txt', content: 'One' });
    await outcome(page, 'one.txt', '3 credits').waitFor();
    await page.reload();
    await pill(page).locator('.lasting').waitFor();
    const said = (await pill(page).innerText()).replaceAll(/\s+/g, ' ');
    expect(said).toMatch(/^7 credits running low · enough for (less than a day|about \d+ days?)$/);
  });

  test('says that it is offline, keeps the last number, and is true again on coming back', async () => {
    const page = await stage.open('traveller', { credits: 10 });
    await isLive(page);
    await page.context().setOffline(true);
    await page.locator('#balance.offline').getByText('offline').waitFor();
    await showsCredits(page, 10);
    await choose(page, { name: 'tunnel.txt', content: 'In the tunnel' });
    await outcome(page, 'tunnel.txt', 'cannot be reached').waitFor();
    await set('traveller', 20);
    await page.context().setOffline(false);
    await isLive(page);
    await outcome(page, 'tunnel.txt', '3 credits').waitFor();
    await showsCredits(page, 17);
  });

  test('that is not known is a dash, never a zero', async () => {
    const page = await stage.open('unknown', { credits: 10 });
    await isLive(page);
    const unavailable = { status: 503, json: { code: 'credits_unavailable', status: 503 } };
    await page.route('**/api/credits/stream**', (route) => route.fulfill(unavailable));
    await page.reload();
    await page.waitForResponse('**/api/credits/stream**');
    expect(await pill(page).innerText()).toMatch(/^–\s*credits\s*(loading|cannot be read, trying again)$/);
    await page.unroute('**/api/credits/stream**');
    await showsCredits(page, 10);
  });

  test('is the one of the highest version, whatever arrives last', async () => {
    const page = await stage.open('disordered', { credits: 10 });
    await isLive(page);
    const event = (version: number, available: number) =>
      `event: balance\ndata: ${JSON.stringify({ version, available, held: 0, balance: available, low: false, nextExpiryAt: null })}\n\n`;
    await page.route('**/api/credits/stream**', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: event(1_002, 700) + event(1_001, 900) }),
    );
    await page.reload();
    await page.locator('#balance.stale').waitFor();
    await showsCredits(page, 700);
  });

  test('is marked while it is low', async () => {
    const page = await stage.open('low', { credits: 5 });
    await pill(page).getByText('running low').waitFor();
    await set('low', 500);
    await showsCredits(page, 500);
    await page.locator('#balance:not(.low)').waitFor();
  });
});
