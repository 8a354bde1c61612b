import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { choose, outcome, showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

describe('buying credits', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({
      CREDIT_PACK_STARTER: '500 for 5.00 EUR',
      CREDIT_PACK_STUDIO: '2500 for 20.00 EUR, for 12 months',
      CREDIT_PLAN_PRO: '1000 monthly for 9.00 EUR, trial 50 for 7 days',
      CREDIT_PLAN_STUDIO_PLAN: '3000 monthly for 20.00 EUR',
    });
  });
  afterAll(() => stage.close());

  const text = { name: 'chapter.txt', content: 'Chapter One\n\nIt was a dark night.\n' };

  test('from no credits to a finished upload in one go: the file that was stopped goes on by itself', async () => {
    const page = await stage.open('buyer', { credits: 0 });
    await showsCredits(page, 0);
    await choose(page, text);
    await outcome(page, 'chapter.txt', 'not enough credits').waitFor();
    const shortage = page.locator('.shortage');
    await shortage.getByRole('button', { name: '500 credits for €5.00' }).click();
    await page.getByText('DEMO: no money is involved.').waitFor();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByRole('heading', { name: 'Get credits' }).waitFor();
    await page.locator('table').getByText('paid', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Work', exact: true }).click();
    await outcome(page, 'chapter.txt', '3 credits').waitFor();
    await showsCredits(page, 497);
  });

  test('a file that waits for credits goes on also where they are known before the browser has given it back', async () => {
    const page = await stage.open('early', { credits: 0 });
    await choose(page, text);
    await outcome(page, 'chapter.txt', 'not enough credits').waitFor();
    await page.addInitScript(`
      const request = navigator.locks.request.bind(navigator.locks);
      navigator.locks.request = async (name, ...given) => {
        if (name === 'taking over') await new Promise((resolve) => setTimeout(resolve, 2_000));
        return request(name, ...given);
      };
    `);
    await stage.sql.query(`UPDATE credits.wallets SET balance = 5 WHERE user_id = 'early'`);
    await page.reload();
    await outcome(page, 'chapter.txt', '3 credits').waitFor();
  });

  test('by the link beside the balance; a bank that takes its time is said, and a receipt is there when it has paid', async () => {
    const page = await stage.open('patient', { credits: 7 });
    await page.getByRole('link', { name: 'Get credits' }).click();
    await page.getByText('Nothing so far.').waitFor();
    await page.getByText(/Good until .* if paid today/).waitFor();
    await page.getByRole('button', { name: '2,500 credits for €20.00' }).click();
    await page.getByRole('button', { name: 'Pay in a minute' }).click();
    await page.getByText('waiting for the bank').waitFor();
    await showsCredits(page, 7);
    await stage.sql.query(
      'UPDATE payments.demo_checkouts SET paid_at = clock_timestamp() WHERE paid_at > clock_timestamp()',
    );
    await page.getByRole('link', { name: 'Receipt' }).waitFor();
    await page.locator('#balance').getByText('2,507', { exact: true }).waitFor();
  });

  test('what was spent of money that goes back is owed, and the next purchase pays it first', async () => {
    const page = await stage.open('owing', { credits: 0 });
    await showsCredits(page, 0);
    await page.locator('.none-left').getByRole('button', { name: '500 credits for €5.00' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await showsCredits(page, 500);
    await page.getByRole('link', { name: 'Work', exact: true }).click();
    await choose(page, text);
    await outcome(page, 'chapter.txt', '3 credits').waitFor();

    const desk = await stage.open('root', { admin: true });
    await desk.goto(`${stage.url}#operator/owing`);
    await desk.getByRole('button', { name: 'Give money back' }).click();
    await desk.getByText('Unused: 497 credits, for which €4.97 go back.').waitFor();
    await desk.getByLabel('Amount in minor units').fill('500');
    await desk.getByText('€5.00 go back, and 500 credits with it').waitFor();
    await desk.getByRole('dialog').getByLabel('Reason').fill('changed their mind');
    await desk.getByRole('button', { name: 'Give back' }).click();
    await desk.getByText('Given back so far: €5.00, and 500 credits with it.').waitFor();

    await showsCredits(page, 0);
    // What a text costs, and what is owed before it.
    await page.getByText('6 missing').first().waitFor();
    await page.getByRole('link', { name: 'Get credits' }).click();
    await page.getByText('€5.00 went back, and 500 credits with it').waitFor();
    await page.getByRole('button', { name: '500 credits for €5.00' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await showsCredits(page, 497);
  });

  test('a payment that is declined says so, and costs nothing', async () => {
    const page = await stage.open('declined', { credits: 0 });
    await page.locator('.none-left').getByRole('button', { name: '500 credits for €5.00' }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('the payment failed; nothing was charged').waitFor();
    await showsCredits(page, 0);
    expect(await page.getByRole('link', { name: 'Receipt' }).count()).toBe(0);
  });

  test('a plan is tried, and another one chosen; its card and its end are at the provider’s page', async () => {
    const page = await stage.open('subscriber', { credits: 0 });
    await page.getByRole('link', { name: 'Get credits' }).click();
    await page.getByText('50 credits for 7 days first, for nothing.').waitFor();
    await page.getByRole('button', { name: '1,000 credits a month for €9.00 a month' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await showsCredits(page, 50);
    await page.getByText('You have PRO: 1,000 credits a month for €9.00 a month.').waitFor();
    await page.getByRole('button', { name: 'Card and cancelling' }).click();
    await page.getByRole('button', { name: 'Let the period end (DEMO)' }).click();
    await page.getByRole('link', { name: 'Back to your credits' }).click();
    await showsCredits(page, '1,050');
    await page.getByRole('button', { name: 'Change to 3,000 credits a month for €20.00 a month' }).click();
    await page.getByText('You have STUDIO_PLAN').waitFor();
    await showsCredits(page, '4,050');
  });
});
