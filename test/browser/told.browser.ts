import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SECRET } from '../events/open-events.js';
import { Receiver, status } from '../events/receiver.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';
import { until } from '../support/until.js';
import { faultsOf } from './layout-faults.js';
import { openStage, type Stage } from './stage.js';

const WIDTHS = [360, 768, 1280];

let receiver: Receiver;
let stage: Stage;
beforeAll(async () => {
  receiver = await Receiver.open();
  stage = await openStage({ CREDIT_EVENTS_URL: receiver.url, CREDIT_EVENTS_SECRET: SECRET });
});
afterAll(async () => {
  await stage.close();
  await receiver.close();
});

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function faultsAt(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    found.push(...(await faultsOf(page)).map((fault) => `at ${width} px: ${fault}`));
  }
  return found;
}

describe('an operator', () => {
  const EVENTS = 'Events told to the host';
  const desk = async (userId = '') => {
    const page = await stage.open('olga', { admin: true });
    await page.goto(`${stage.url}#operator/${userId}`);
    return { page, events: card(page, EVENTS) };
  };
  /** Somebody who runs low, of which the receiver is told. */
  const lowOne = async (userId: string) => {
    await stage.sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 30)', [userId]);
    await stage.sql.query('UPDATE credits.wallets SET balance = 10 WHERE user_id = $1', [userId]);
  };
  const stateOf = async (userId: string) => {
    const sql = 'SELECT state, attempts FROM credits.events WHERE user_id = $1';
    return (await stage.sql.query<{ state: string; attempts: number }>(sql, [userId])).rows[0]!;
  };

  test('is told that nothing was told so far', async () => {
    const { events } = await desk();
    await events
      .getByText(
        'None. Each purchase, low balance, refill, expiry or debt is written here, with its delivery, while somebody listens: a receiver of webhooks, or a method in the host’s program.',
      )
      .waitFor();
  });

  test('sees what could not be delivered and why, sends it again, and sees it arrive', async () => {
    receiver.answer = status(503);
    await lowOne('spender');
    await until(async () => (await stateOf('spender')).attempts === 1);
    const { events } = await desk();
    const row = events.getByRole('row').filter({ hasText: 'spender' });
    await row.getByText(/^1 attempt by HTTP, the next /).waitFor();
    await row.getByText('balance.low').waitFor();
    await row.getByText('503', { exact: true }).waitFor();
    receiver.answer = status(204);
    await row.getByRole('button', { name: /^Send again: balance\.low spender / }).click();
    await events.getByText('Sent again: balance.low.').waitFor();
    await until(async () => (await stateOf('spender')).state === 'delivered');
    expect(new Set(receiver.ofUser('spender').map(({ id }) => id)).size).toBe(1);
    await events.getByRole('button', { name: 'Look again' }).click();
    await row.getByText('delivered by HTTP', { exact: true }).waitFor();
    await events.getByRole('button', { name: 'Not delivered' }).click();
    await events
      .getByText(
        'None. An event that the host did not take stands here with what it answered, and can be sent again.',
      )
      .waitFor();
  });

  test('sees beside a wallet what was told of it alone, and reads on', async () => {
    receiver.answer = status(204);
    await lowOne('frequent');
    for (let time = 0; time < 11; time += 1) {
      for (const balance of [30, 10]) {
        await stage.sql.query(`UPDATE credits.wallets SET balance = $1 WHERE user_id = 'frequent'`, [
          balance,
        ]);
      }
    }
    const { events } = await desk('frequent');
    await events.getByRole('button', { name: 'Show more events' }).click();
    // A row with the names of the columns, and twelve crossings.
    await events.getByRole('row').nth(12).waitFor();
    expect(await events.getByRole('row').count()).toBe(13);
  });

  test('reads long names and answers at any width', async () => {
    const name = `somebody-${'with-a-long-name'.repeat(15)}`;
    await stage.sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, 30)', [name]);
    await stage.sql.query(
      `INSERT INTO credits.outbox (id, channel, type, wallet, data, state, attempts, outcome, due_at, created_at)
       SELECT gen_random_uuid(), c, 'subscription.ended', number, '{}', s, 9, repeat('NoSuchHandlerError', 8),
              CASE s WHEN 'waiting' THEN clock_timestamp() + interval '1 hour' END, clock_timestamp()
         FROM credits.wallets, unnest(ARRAY['post', 'handler', 'post', 'post'],
                                      ARRAY['waiting', 'waiting', 'failed', 'erased']) AS e (c, s) WHERE user_id = $1`,
      [name],
    );
    const { page, events } = await desk(name);
    await events.getByText('given up by HTTP after 9 attempts').waitFor();
    await events.getByText('ended: the person was erased').waitFor();
    expect(await events.getByRole('button', { name: /^Send again/ }).count()).toBe(3);
    expect(await faultsAt(page)).toEqual([]);
  });
});

describe('a user', () => {
  const notices = async (user: string) => {
    const page = await stage.open(user);
    await page.goto(`${stage.url}#history`);
    return { page, notices: card(page, 'Notices') };
  };
  const wallet = (user: string, balance: number) =>
    stage.sql.query('INSERT INTO credits.wallets (user_id, balance) VALUES ($1, $2)', [user, balance]);

  test('is told that there is nothing to know', async () => {
    await wallet('content', 100);
    await (
      await notices('content')
    ).notices
      .getByText('No notices. Low credits, expiries within a week and refills appear here.')
      .waitFor();
  });

  test('is told what came, what expires, what comes next, and that little is left', async () => {
    const anchor = new Date(Date.now() - 27 * 86_400_000).toISOString();
    await fetch(`${stage.url}api/admin/wallets/regular/allowances`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await stage.token('root', { admin: true })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ plan: 'pro', credits: 50, anchor, reason: 'a regular' }),
    });
    const { page, notices: list } = await notices('regular');
    await list.getByText(/^50 credits came on .* refill: pro$/).waitFor();
    await list.getByText(/^50 credits expire on .* refill: pro$/).waitFor();
    await list.getByText(/^50 credits more on /).waitFor();
    await stage.sql.query(`UPDATE credits.wallets SET balance = 5 WHERE user_id = 'regular'`);
    await list.getByText('Running low: 5 credits left.').waitFor();
    await list.getByText(/^5 credits expire on /).waitFor();
    await page.getByRole('cell', { name: 'refill: pro', exact: true }).first().waitFor();
    expect(await faultsAt(page)).toEqual([]);
    await stage.sql.query(`UPDATE credits.wallets SET balance = 0 WHERE user_id = 'regular'`);
    await list.getByText('No credits left.').waitFor();
  });

  test('is told of a debt', async () => {
    await wallet('debtor', 0);
    await stage.sql.query(
      `${AS_THE_LEDGER}; UPDATE wallets SET owed = 80, version = 1 WHERE user_id = 'debtor'; RESET search_path`,
    );
    const { notices: list } = await notices('debtor');
    await list.getByText('80 credits owed: what comes in pays that first.').waitFor();
  });
});
