import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { choose, outcome } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('a moment', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  const NOW = new Date('2025-12-31T22:00:00Z');
  const hold = (expiresAt: string) => ({
    ...{ id: randomUUID(), action: 'txt_upload', amount: 3, state: 'held', reason: null, charged: null },
    ...{
      description: `${expiresAt}.txt`,
      actor: null,
      resolvedAt: null,
      createdAt: NOW.toISOString(),
      expiresAt,
    },
  });
  const HOLDS = ['2025-12-31T22:30:00Z', '2025-12-31T23:30:00Z', '2026-01-03T08:00:00Z'].map(hold);
  const answer = (page: Page) =>
    page.route(/\/holds\?/, (route) => route.fulfill({ json: { data: HOLDS, nextCursor: null } }));

  test('of the end of a hold is told with its day where that is not today, in the reader’s zone', async () => {
    const page = await stage.open('late', {
      credits: 9,
      admin: true,
      profile: { timezoneId: 'Europe/Berlin' },
    });
    await page.clock.install({ time: NOW });
    await answer(page);
    await page.goto(`${stage.url}#history`);
    await page.reload();
    const ends = ['11:30:00 PM', 'Jan 1, 2026, 12:30:00 AM', 'Jan 3, 2026, 9:00:00 AM'];
    const list = page.getByRole('region', { name: 'Set aside, and not charged' });
    for (const end of ends) await list.getByText(`on hold until ${end}, unless`).waitFor();
    await page.goto(`${stage.url}#operator/late`);
    const held = page.getByRole('region', { name: 'Active holds' });
    for (const end of ends) await held.getByRole('cell', { name: end, exact: true }).waitFor();
    await page.clock.fastForward(65 * 60_000);
    for (const end of ['Dec 31, 2025, 11:30:00 PM', '12:30:00 AM'])
      await held.getByRole('cell', { name: end, exact: true }).waitFor();
  });

  test.each([-9, 9])('is the server’s where the browser’s clock is wrong by %d hours', async (hours) => {
    const user = `clock-${hours}`;
    const page = await stage.open(user, { credits: 9 });
    await choose(page, { name: 'a.txt', content: 'A' });
    await outcome(page, 'a.txt', '3 credits').waitFor();
    const wrong = await (await stage.profile()).newPage();
    await wrong.clock.setFixedTime(Date.now() + hours * 3_600_000);
    await wrong.goto(`${stage.url}#token=${await stage.token(user)}`);
    await wrong.locator('#balance.live').getByText('6', { exact: true }).waitFor();
    await wrong.locator('#balance').getByText('enough for about 2 days').waitFor();
    await wrong.getByRole('link', { name: 'History' }).click();
    await wrong.getByText(/^Most on .*: 3 credits for 1 piece of work/).waitFor();
    await wrong.reload();
    await wrong.locator('#balance.live').waitFor();
  });

  test('of a hold that stops a file is, too, and the day is taken from midnight on', async () => {
    const page = await stage.open('stopped', { credits: 2, profile: { timezoneId: 'Europe/Berlin' } });
    await page.clock.install({ time: NOW });
    await answer(page);
    await page.route('**/api/upload/txt', (route) =>
      route.fulfill({
        status: 402,
        contentType: 'application/problem+json',
        json: {
          ...{ type: '/problems/insufficient-credits', title: 'Not enough credits', status: 402 },
          ...{
            detail: 'Not enough credits.',
            code: 'insufficient_credits',
            requestId: 'r',
            action: 'txt_upload',
          },
          ...{
            required: 3,
            available: 2,
            held: 9,
            owed: 0,
            shortfall: 1,
            balanceVersion: 999_999,
            topUpUrl: null,
          },
        },
      }),
    );
    await page.reload();
    await choose(page, { name: 'waits.txt', content: 'It waits.' });
    await outcome(page, 'waits.txt', 'not enough credits').waitFor();
    const held = page.locator('.shortage .held');
    await held.getByText('until 11:30:00 PM unless').waitFor();
    await held.getByText('until Jan 1, 2026, 12:30:00 AM unless').waitFor();
    await page.clock.fastForward(65 * 60_000);
    await held.getByText('until 12:30:00 AM unless').waitFor();
    await held.getByText('until Dec 31, 2025, 11:30:00 PM unless').waitFor();
  });

  test('at which credits expire is told with its time where it is near, and a month has no more days than it has', async () => {
    const page = await stage.open('expiring', { credits: 0, profile: { timezoneId: 'Europe/Berlin' } });
    const near = new Date(Date.now() + 5 * 3_600_000).toISOString();
    const far = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await page.route('**/api/credits/grants', (route) =>
      route.fulfill({
        json: {
          data: [near, far].map((expiresAt) => ({
            ...{
              id: randomUUID(),
              amount: 5,
              remaining: 5,
              category: 'paid',
              priority: 50,
              reason: 'bought',
            },
            ...{ createdAt: new Date().toISOString(), expiresAt },
          })),
        },
      }),
    );
    await page.getByRole('link', { name: 'History' }).click();
    const zone = { timeZone: 'Europe/Berlin' } as const;
    const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', ...zone });
    const moment = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', ...zone });
    const list = page.getByRole('region', { name: 'What you have' });
    await list.getByRole('cell', { name: moment.format(new Date(near)), exact: true }).waitFor();
    await list.getByRole('cell', { name: day.format(new Date(far)), exact: true }).waitFor();
    await page.clock.install({ time: new Date('2026-01-31T10:00:00Z') });
    await page.route('**/api/credits/offers', (route) =>
      route.fulfill({
        json: {
          offers: [
            {
              ...{
                offer: 'MONTH',
                kind: 'pack',
                credits: 500,
                amount: 500,
                currency: 'EUR',
                expiresMonths: 1,
              },
              ...{ interval: null, carry: 0, trial: null },
            },
          ],
        },
      }),
    );
    await page.goto(`${stage.url}#credits`);
    await page.reload();
    await page.getByText('Good until Feb 28, 2026 if paid today.').waitFor();
  });

  test.each(['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'America/Santiago'])(
    'of a day that has 23 or 25 hours falls into that day, in %s',
    async (timezoneId) => {
      const page = await stage.open(`summer in ${timezoneId}`, { credits: 9, profile: { timezoneId } });
      // Half an hour on either side of each of the midnights of a year.
      const entries = await page.evaluate<
        object[]
      >(`Array.from({ length: 366 }, (_, day) => [-30, 30].map((minutes) => {
        const at = new Date(2026, 0, 1 + day);
        return new Date(at.getTime() + minutes * 60000);
      })).flat().map((at) => ({
        id: crypto.randomUUID(), kind: 'charge', amount: -1, balanceAfter: 1, action: 'txt_upload', reason: null,
        actor: null, description: null, holdId: null, reverses: null, priceVersion: null, artefact: null,
        refunded: 0, takenBack: null, reversedBy: [], owedAfter: null, version: 1, createdAt: at.toISOString(),
      })).reverse()`);
      for (const until of ['2026-04-20T05:45:00Z', '2026-11-20T05:45:00Z']) {
        await page.clock.install({ time: new Date(until) });
        await page.route('**/api/credits/history**', (route) => {
          const { searchParams } = new URL(route.request().url());
          const from = searchParams.get('from') ?? '';
          const data = (entries as { createdAt: string }[]).filter(
            ({ createdAt }) => createdAt >= from && createdAt < until,
          );
          return route.fulfill({ json: { data, nextCursor: null } });
        });
        await page.goto(`${stage.url}#history?days=90`);
        await page.reload();
        const usage = page.getByRole('region', { name: 'Used in 90 days' });
        await usage.getByText('As a table').click();
        const figures = await usage.locator('tbody td:last-child').allInnerTexts();
        // Two for each day: one after its midnight, one before the next; the last day is not over yet.
        expect(figures.slice(0, -1).filter((figure) => figure !== '2')).toEqual([]);
        expect(figures).toHaveLength(90);
      }
    },
  );
});
