import { describe, expect, test } from '@jest/globals';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

describe.each(adapters)("a handler's own transaction on %s", (adapter) => {
  const gate = Gate.onEach(adapter);

  const ordered = async (title: string) =>
    (await gate.books.dataSource.query<unknown[]>('SELECT FROM orders WHERE title = $1', [title])).length;

  test('commits its row and the charge together, once', async () => {
    const user = await gate.customer(10);
    const { status, headers, body } = await gate.post('orders', { user, body: { title: user } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ title: user, credits: { charged: 7, available: 3, held: 0, balance: 3 } });
    expect(headers.get('x-credits-charged')).toBe('7');
    expect(headers.get('x-credits-remaining')).toBe('3');
    expect(await ordered(user)).toBe(1);
    expect(await gate.wallet(user)).toEqual({ balance: 3, held: 0, charges: [-7] });
  });

  test('rolls back its row and the charge together, and the hold is released', async () => {
    const user = await gate.customer(10);
    const order = { title: user, death: 'exception' };
    const { status, headers } = await gate.post('orders', { user, body: order });
    expect(status).toBe(500);
    expect(headers.has('x-credits-charged')).toBe(false);
    expect(await ordered(user)).toBe(0);
    expect(await gate.wallet(user)).toEqual({ balance: 10, held: 0, charges: [] });
    expect(await gate.holds(user)).toMatchObject([{ state: 'released' }]);
  });

  test('charges nothing when its own row is refused by the database', async () => {
    const user = await gate.customer(20);
    expect((await gate.post('orders', { user, body: { title: user } })).status).toBe(201);
    expect((await gate.post('orders', { user, body: { title: user } })).status).toBe(500);
    expect(await gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test('may capture a part; the rest is free with the same commit', async () => {
    const user = await gate.customer(10);
    const { status, body } = await gate.post('orders', { user, body: { title: user, credits: 4 } });
    expect(status).toBe(201);
    expect(body.credits).toMatchObject({ charged: 4, available: 6, held: 0, balance: 6 });
    expect(await gate.wallet(user)).toEqual({ balance: 6, held: 0, charges: [-4] });
  });

  test('cannot capture more than was held: no row, no charge', async () => {
    const user = await gate.customer(100);
    const { status, body } = await gate.post('orders', { user, body: { title: user, credits: 8 } });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'capture_exceeds_hold', held: 7, requested: 8 });
    expect(await ordered(user)).toBe(0);
    expect(await gate.wallet(user)).toEqual({ balance: 100, held: 0, charges: [] });
  });
});
