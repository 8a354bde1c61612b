import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { choose, outcome, pill } from './parts.js';
import { openStage, type Stage } from './stage.js';

/** What the page says of things that are known to be none, and the figure that nobody may see who has more. */
const SAYS_NOTHING =
  /No credits|Nothing (so far|was used|that fits|has a price|here)|come here|None\.|Nobody by this id|none left|\b0 (credits|pieces)/i;

/** Every answer of the API about what somebody has, the balance's own line included. */
const ANSWERS = /\/api\/(credits|documents|audio|export|admin)/;

const WAYS: [string, (route: Route) => Promise<void>][] = [
  ['hang', () => new Promise<void>(() => undefined)],
  ['fail', (route) => route.fulfill({ status: 503, json: { code: 'credits_unavailable', status: 503 } })],
  ['are too many', (route) => route.fulfill({ status: 429, json: { code: 'rate_limited', status: 429 } })],
  ['never arrive', (route) => route.abort()],
];

describe('what is not known', () => {
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await openStage({ CREDIT_PLAN_PRO: '1000 monthly for 9.00 EUR' });
    page = await stage.open('wealthy', { credits: 87_505, admin: true });
    await page.locator('#balance.live').waitFor();
  });
  afterAll(() => stage.close());

  const cards = () => page.locator('.card').filter({ has: page.locator('.loading, .trouble') });

  describe.each(WAYS)('while answers %s', (way, answer) => {
    test.each(['work', 'history', 'operator/wealthy', 'document/0198c0de-0000-7000-8000-000000000000'])(
      'is never shown as nothing under #%s',
      async (view) => {
        await page.route(ANSWERS, answer);
        await page.goto('about:blank');
        await page.goto(`${stage.url}#${view}`);
        const state = page.locator('main').locator(way === 'hang' ? '.loading' : '.trouble');
        await state.first().waitFor();
        const text = await page.locator('body').innerText();
        expect(text).not.toMatch(SAYS_NOTHING);
        expect(await cards().count()).toBeGreaterThan(0);
        await page.unrouteAll({ behavior: 'ignoreErrors' });
      },
    );
  });

  test.each([
    ['work', '/api/credits/prices', 'What things cost'],
    ['credits', '/api/credits/offers', 'What is sold'],
    ['credits', '/api/credits/subscriptions', 'Your plan'],
    ['operator', '/api/credits/prices', 'The price list'],
    ['operator', '/api/admin/purchases', 'The list of purchases'],
    ['history', '/api/credits/stream', 'Your notices'],
  ])('is said under #%s where %s alone fails, with a way to try again', async (view, path, what) => {
    const fail = { status: 500, json: { code: 'internal', status: 500, detail: 'No.' } };
    let isOver = false;
    await page.route(
      ({ pathname }) => pathname === path,
      (route) => (isOver ? route.continue() : route.fulfill(fail)),
    );
    await page.goto('about:blank');
    await page.goto(`${stage.url}#${view}`);
    await page.locator('.trouble', { hasText: `${what} cannot be shown just now` }).waitFor();
    if (view === 'history') await pill(page).getByText('cannot be read').waitFor();
    // At once: the page asks again by itself, too.
    isOver = true;
    await page.getByRole('button', { name: `Try again: ${what}` }).click();
    await page.locator('.trouble').first().waitFor({ state: 'detached' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('starts what waited for a price as soon as that is known', async () => {
    const other = await stage.open('patient', { credits: 10 });
    await other.route('**/api/credits/prices', (route) => route.abort());
    await other.reload();
    await choose(other, { name: 'patient.txt', content: 'patient' });
    await outcome(other, 'patient.txt', 'Waiting').waitFor();
    await other.unrouteAll({ behavior: 'ignoreErrors' });
    await other.getByRole('button', { name: 'Try again: What things cost' }).click();
    await outcome(other, 'patient.txt', '3 credits').waitFor();
  });

  test('may be asked for anew where it takes longer than usual', async () => {
    let isHanging = true;
    await page.route(/\/api\/(documents|credits\/prices)/, (route) =>
      isHanging ? new Promise<void>(() => undefined) : route.continue(),
    );
    await page.goto('about:blank');
    await page.goto(`${stage.url}#work`);
    for (const what of ['Documents', 'What things cost']) {
      await page.locator('.slow', { hasText: `${what}: still loading` }).waitFor({ timeout: 12_000 });
    }
    isHanging = false;
    for (const what of ['Documents', 'What things cost']) {
      await page.getByRole('button', { name: `Try again: ${what}` }).click();
    }
    await page.getByText('Texts and Word documents come here.').waitFor();
    await page.locator('.kind', { hasText: 'Text' }).getByText('3 credits').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('is asked for again by itself until it is known', async () => {
    // With a live balance, whose coming back would have everything asked for again.
    await page.route('**/api/credits/grants', (route) => route.abort());
    await page.goto('about:blank');
    await page.goto(`${stage.url}#history`);
    await page.locator('#balance.live').waitFor();
    await page.getByRole('cell', { name: '+87,505', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Try again: What you have' }).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('cell', { name: '87,505 of 87,505' }).waitFor();
    await page.locator('.trouble').first().waitFor({ state: 'detached' });
  });

  test('is asked for at once by the button beside it, where it would not be by itself', async () => {
    const refused = { status: 403, json: { code: 'forbidden', status: 403, detail: 'Not now.' } };
    await page.route('**/api/credits/grants', (route) => route.fulfill(refused));
    await page.goto('about:blank');
    await page.goto(`${stage.url}#history`);
    const again = page.getByRole('button', { name: 'Try again: What you have' });
    await again.waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await again.click();
    await page.getByRole('cell', { name: '87,505 of 87,505' }).waitFor();
  });

  test('stands beside what was known before, which is then called old', async () => {
    await page.goto(`${stage.url}#history`);
    await page.getByRole('cell', { name: '+87,505', exact: true }).waitFor();
    await page.route(/\/api\/credits\/(grants|holds|history|usage)/, (route) => route.abort());
    // What the stream tells needs no reading; what was missed does.
    await page.context().setOffline(true);
    await page.locator('#balance.offline').waitFor();
    await stage.sql.query(`UPDATE credits.wallets SET balance = 90000 WHERE user_id = 'wealthy'`);
    await page.context().setOffline(false);
    await page.getByText('The list may be old. The server cannot be reached.').waitFor();
    await page.getByRole('cell', { name: '+87,505', exact: true }).waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('cell', { name: '+2,495', exact: true }).waitFor();
    await page.locator('.trouble').first().waitFor({ state: 'detached' });
  });
});
