import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openStage, type Stage } from './stage.js';

/** A page of somebody else’s, with the hooks that are for React: `react` is another name of Preact’s. */
const PAGE = `
import { h, render } from 'preact';
import { CreditsClient } from '${join(import.meta.dirname, '../../src/client/index.ts')}';
import { useBalance, usePrices, usePurchase } from '${join(import.meta.dirname, '../../src/client/react.ts')}';

const client = new CreditsClient({ token: () => window.token });
window.client = client;

function Shop() {
  const { known, connection } = useBalance(client);
  const { data } = usePrices(client);
  const { purchase, problem, buy } = usePurchase(client);
  window.buy = buy;
  return h('main', null, [
    h('p', { id: 'balance' }, known === null ? '–' : known.available, ' ', connection),
    h('p', { id: 'price' }, data === null ? '–' : data.prices.find(({ action }) => action === 'txt_upload').credits),
    h('p', { id: 'purchase' }, purchase === null ? '–' : purchase.state, ' ', problem === null ? '' : problem.code),
  ]);
}

window.open_ = () => render(h(Shop), document.body);
window.close_ = () => render(null, document.body);
`;

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    alias: { react: 'preact/compat' },
    write: false,
  });
  return outputFiles[0]!.text;
}

describe('the hooks, in Preact', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ CREDIT_PACK_STARTER: '500 for 5.00 EUR' });
    await stage.sql.query(`INSERT INTO credits.wallets (user_id, balance) VALUES ('hooked', 10)`);
    page = await (await stage.profile({ bypassCSP: true })).newPage();
    await page.goto(`${stage.url}health/live`);
    const token = await stage.token('hooked');
    await page.evaluate(`window.token = ${JSON.stringify(token)}; document.body.replaceChildren()`);
    await page.addScriptTag({ content: await bundled(), type: 'module' });
    await page.evaluate('open_()');
  });
  afterAll(() => stage.close());

  const shows = (id: string, text: string) =>
    page.locator(`#${id}`).getByText(text, { exact: true }).waitFor();

  test('show the balance as it changes, and what things cost', async () => {
    await shows('balance', '10 live');
    await shows('price', '3');
    await stage.sql.query(`UPDATE credits.wallets SET balance = 25 WHERE user_id = 'hooked'`);
    await shows('balance', '25 live');
  });

  test('buy, once for however many clicks, and follow what was bought until it is paid', async () => {
    await page.evaluate(`buy('NOTHING')`);
    await shows('purchase', '– offer_unknown');
    const ids = await page.evaluate<string[]>(
      `Promise.all([buy('STARTER'), buy('STARTER')]).then((all) => all.map(({ id }) => id))`,
    );
    expect(ids[1]).toBe(ids[0]);
    await shows('purchase', 'open');
    await stage.sql.query('UPDATE payments.demo_checkouts SET paid_at = clock_timestamp()');
    await shows('purchase', 'paid');
    await shows('balance', '525 live');
  });

  test('leave no line behind when nobody shows the balance any more', async () => {
    await page.evaluate('close_()');
    await page.waitForFunction(`client.live.get().connection === 'stale'`);
  });
});
