import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openEmbedded, type Embedded } from './embedded.js';

let shop: Embedded;

beforeAll(async () => {
  shop = await openEmbedded({
    CREDIT_PLAN_PRO: '1000 monthly for 9.00 EUR, carry 300, trial 50 for 7 days',
    CREDIT_PLAN_STUDIO: '3000 monthly for 20.00 EUR',
  });
});
afterAll(() => shop.close());

const press = (address: string) => fetch(address, { method: 'POST', redirect: 'manual' });

async function subscribed(user: string): Promise<string> {
  const { body } = await shop.post(user, '/api/credits/purchases', { offer: 'PRO' });
  await press(`${body.url}/pay`);
  expect((await shop.call(user, `/api/credits/purchases/${body.id}`)).body).toMatchObject({
    kind: 'plan',
    state: 'paid',
    credits: 50,
    amount: 0,
  });
  return body.url;
}

const running = async (user: string) => (await shop.call(user, '/api/credits/subscriptions')).body.data[0];
const grants = async (user: string) => {
  const { body } = await shop.call(user, '/api/credits/history?kind=grant');
  return body.data.map(({ amount }: { amount: number }) => amount);
};

test('a plan is tried, renewed, changed and cancelled at the demo’s own pages', async () => {
  const user = `buyer-${randomUUID()}`;
  await subscribed(user);
  expect(await running(user)).toMatchObject({ plan: 'PRO', state: 'trialing' });
  const { body: portal } = await shop.post(user, '/api/credits/portal', {});
  const page = await (await fetch(portal.url)).text();
  expect(page).toContain('DEMO');
  const renew = /formaction="([^"]+\/renew)"/.exec(page)![1]!;
  await press(new URL(renew, portal.url).href);
  // As after an event of a real provider: nobody has looked.
  expect(await grants(user)).toEqual([1000, 50]);
  expect(await running(user)).toMatchObject({ state: 'active' });

  const { id } = await running(user);
  const changed = await shop.post(user, `/api/credits/subscriptions/${id}/plan`, { offer: 'STUDIO' });
  expect(changed.body).toMatchObject({ plan: 'STUDIO', state: 'active' });
  expect(await grants(user)).toEqual([3000, 1000, 50]);

  await press(new URL(renew.replace('/renew', '/cancel'), portal.url).href);
  expect((await running(user)).cancelsAt).not.toBeNull();
  await press(new URL(renew, portal.url).href);
  expect(await running(user)).toMatchObject({ state: 'ended' });
  await press(new URL(renew, portal.url).href);
  expect(await running(user)).toMatchObject({ state: 'ended' });
  expect(await grants(user)).toEqual([3000, 1000, 50]);
});

test('its pages hold nothing that came with an address', async () => {
  const { body } = await shop.post(`buyer-${randomUUID()}`, '/api/credits/portal', {});
  const { origin, pathname } = new URL(body.url);
  const id = pathname.slice(-36);
  const statusOf = async (customer: string) =>
    (await fetch(`${origin}/demo-checkout/plans/${encodeURIComponent(customer)}`)).status;
  expect(await statusOf(`demo_customer_${id}`)).toBe(200);
  expect(await statusOf(`"><script>${id}`)).toBe(404);
  expect(await statusOf('demo_customer_1')).toBe(404);
  expect((await press(`${origin}/demo-checkout/plans/x/${encodeURIComponent("';--")}/cancel`)).status).toBe(
    303,
  );
});
