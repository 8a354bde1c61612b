import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PurchaseDesk } from '../../src/payments/index.js';
import { StripeShop, somebody } from './stripe-shop.js';

let shop: StripeShop;

beforeAll(async () => {
  shop = await StripeShop.open();
});
afterAll(() => shop.close());

describe('the key of a refund whose answer was lost', () => {
  const lost = async (what: { amount: number } | { unused: true }) => {
    const { id } = await shop.bought(somebody());
    const key = `lost-${id}`;
    shop.stripe.troubles = [{ request: /POST .*refunds/, times: 2, kind: '500 before' }];
    expect((await shop.refund(id, what, key)).status).toBe(503);
    shop.stripe.troubles = [];
    return { id, key };
  };

  test.each([
    [{ amount: 200 }, { amount: 499 }],
    [{ amount: 500 }, { unused: true }],
    [{ unused: true }, { amount: 500 }],
  ] as const)('begins nothing else: %j, and then %j', async (first, then) => {
    const { id, key } = await lost(first);
    expect(await shop.refund(id, then, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const desk = shop.product.app.get(PurchaseDesk);
    const { rows } = await shop.product.sql.query(
      'SELECT request_key FROM payments.reversals WHERE purchase_id = $1',
      [id],
    );
    const act = { purchaseId: id, reason: 'asked for it', actor: 'root', requestKey: rows[0].request_key };
    const reversed = 'amount' in first ? first.amount : 500;
    expect(await desk.refund({ ...act, ...first })).toMatchObject({ reversed });
    await expect(desk.refund({ ...act, ...then })).rejects.toThrow('another input');
  });
});
