import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProductProcess } from '../app/product-process.js';
import { signedIn } from '../support/app.js';
import { progressOf } from '../support/progress.js';
import type { StripeDouble } from '../support/stripe-double.js';
import { until } from '../support/until.js';
import { startShop, type ShopProcess } from './shop-process.js';

/** `npm run chaos:purchases` kills 200 times. */
const KILLS = Number(process.env['PURCHASE_KILLS'] ?? 3);

/** Where the process dies: when the provider is asked, when it has answered, and so many milliseconds later. */
const STEPS = [
  { at: /^POST .*sessions$/, when: 'asked' },
  { at: /^POST .*sessions$/, when: 'answered' },
  { at: /^GET .*sessions\/cs/, when: 'asked' },
  { at: /^GET .*sessions\/cs/, when: 'answered' },
  { at: /^GET .*disputes/, when: 'asked' },
  { at: /^GET .*disputes/, when: 'answered' },
  { at: /^POST .*refunds/, when: 'asked' },
  { at: /^POST .*refunds/, when: 'answered' },
] as const;

let shop: ShopProcess;
let stripe: StripeDouble;
let product: ProductProcess;

beforeAll(async () => {
  shop = await startShop({ RATE_LIMIT_PER_MINUTE: '0', CREDIT_SIGNUP_GRANT: '0' });
  ({ stripe, product } = shop);
});
afterAll(() => shop.close());

interface Buyer {
  user: string;
  key: string;
  isPaying: boolean;
  isRefunded: boolean;
}

interface Answer {
  status: number;
  body: { id: string; url: string; state: string };
}

/** Status 0: the connection broke. */
async function ask(user: string, method: string, path: string, body?: object, key?: string): Promise<Answer> {
  const isAdmin = path.startsWith('admin/');
  const claims = isAdmin ? { app_metadata: { role: 'admin' } } : {};
  const headers = {
    ...(await signedIn(isAdmin ? 'root' : user, claims)),
    'content-type': 'application/json',
  };
  try {
    const response = await fetch(`${product.url}api/${path}`, {
      method,
      headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  } catch {
    return { status: 0, body: { id: '', url: '', state: '' } };
  }
}

/** As far as a buyer gets; who gets no answer comes again with the same key. */
async function buy({ user, key, isPaying, isRefunded }: Buyer): Promise<boolean> {
  const { status, body } = await ask(user, 'POST', 'credits/purchases', { offer: 'STARTER' }, key);
  if (status !== 201) return false;
  const ref = new URL(body.url).pathname.slice(1);
  if (isPaying && stripe.sessions.get(ref)!.status === 'open') stripe.pay(ref);
  const purchase = await ask(user, 'GET', `credits/purchases/${body.id}`);
  if (purchase.body.state !== (isPaying ? 'paid' : 'open')) return false;
  if (!isRefunded) return true;
  const refund = { unused: true, reason: 'asked for it' };
  return (await ask(user, 'POST', `admin/purchases/${body.id}/refund`, refund, key)).status === 201;
}

async function killAt(step: number): Promise<void> {
  const { at, when } = STEPS[step % STEPS.length]!;
  await stripe.until(at, when);
  await delay(Math.random() * 12);
  await product.kill();
}

test(
  `whatever kills it at whatever step, ${KILLS} times: what was paid is granted once, in the end without a hand`,
  async () => {
    const buyers: Buyer[] = [];
    const tell = progressOf(KILLS, 'kills');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const now = [0, 1, 2].map((n) => ({
        user: `buyer-${kill}-${n}`,
        key: randomUUID(),
        isPaying: n > 0,
        isRefunded: n === 2,
      }));
      buyers.push(...now);
      const death = killAt(kill * 3 + 1);
      await Promise.all(now.map(buy));
      await death;
      await product.start();
      tell();
      // The key of a request that died is free again after a minute.
      await product.sql.query(
        'UPDATE credits.answers SET claimed_until = clock_timestamp() WHERE status IS NULL',
      );
      for (const buyer of now) await until(() => buy(buyer));
    }
    for (const { user, isPaying, isRefunded } of buyers) {
      const { rows } = await product.sql.query(
        'SELECT kind, amount::int FROM credits.entries WHERE user_id = $1 ORDER BY version',
        [user],
      );
      const entries = rows.map(({ kind, amount }) => `${kind} ${amount}`);
      const expected = [...(isPaying ? ['grant 500'] : []), ...(isRefunded ? ['clawback -500'] : [])];
      expect([user, ...entries]).toEqual([user, ...expected]);
    }
    // One checkout for each purchase, and one refund for each that was asked for.
    expect(stripe.sessions.size).toBe(buyers.length);
    expect(stripe.refunds.size).toBe(KILLS);
    const { rows } = await product.sql.query(
      'SELECT count(*)::int AS asked FROM payments.reversals WHERE is_asked',
    );
    expect(rows).toEqual([{ asked: 0 }]);
  },
  60_000 + KILLS * 20_000,
);
