import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('a tab that slept for longer than its token is good', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  /** The server takes this token no more. */
  const end = (page: Page, token: string) =>
    page
      .context()
      .route('**/api/**', (route) =>
        route.request().headers()['authorization'] === `Bearer ${token}`
          ? route.fulfill({ status: 401, json: { code: 'unauthenticated', status: 401, title: 'Sign in.' } })
          : route.fallback(),
      );
  const beside = async (page: Page, token: string) => {
    const other = await page.context().newPage();
    other.on('dialog', (dialog) => void dialog.accept());
    await other.goto(`${stage.url}#token=${token}`);
    return other;
  };

  test('goes on with the token that another tab of its user has', async () => {
    const page = await stage.open('sleeper', { credits: 7 });
    await showsCredits(page, 7);
    const other = await beside(page, await stage.token('sleeper', { admin: true }));
    await other.getByRole('link', { name: 'Operator' }).waitFor();
    const former = await page.evaluate<string>('sessionStorage.getItem("token")');
    await end(page, former);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('cell', { name: '+7', exact: true }).waitFor();
    await showsCredits(page, 7);
    await other.getByRole('link', { name: 'History' }).click();
    await other.getByRole('cell', { name: '+7', exact: true }).waitFor();
  });

  test('ends alone where another user is signed in beside it', async () => {
    const page = await stage.open('ender', { credits: 7 });
    await showsCredits(page, 7);
    await stage.sql.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('stayer', 5)`);
    const other = await beside(page, await stage.token('stayer'));
    await showsCredits(other, 5);
    await end(page, await page.evaluate<string>('sessionStorage.getItem("token")'));
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('Your session has ended.').waitFor();
    await other.reload();
    await showsCredits(other, 5);
    expect(await other.getByText('Sign in').count()).toBe(0);
    // A new tab begins with what the browser still has.
    const next = await page.context().newPage();
    await next.goto(stage.url);
    await showsCredits(next, 5);
  });
});
