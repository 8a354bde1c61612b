import { describe, expect, test } from '@jest/globals';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const ways = ['captured', 'finished'] as const;
const cases = adapters.flatMap((adapter) => ways.map((way) => [adapter, way] as const));

describe.each(cases)("a handler's own transaction on %s, %s in it", (adapter, way) => {
  const gate = Gate.onEach(adapter);

  const order = (user: string, details: object = {}) =>
    gate.post(`orders/${way}`, { user, body: { title: user, ...details } });

  test('commits its row and the charge together, once', async () => {
    const user = await gate.customer(10);
    const { status, headers, body } = await order(user);
    expect(status).toBe(201);
    expect(body).toMatchObject({ title: user, credits: { charged: 7, available: 3, held: 0, balance: 3 } });
    expect(headers.get('x-credits-charged')).toBe('7');
    expect(headers.get('x-credits-remaining')).toBe('3');
    expect(await gate.orders(user)).toBe(1);
    expect(await gate.wallet(user)).toEqual({ balance: 3, held: 0, charges: [-7] });
  });

  test('rolls back its row and the charge together, and the hold is released', async () => {
    const user = await gate.customer(10);
    const { status, headers } = await order(user, { deaths: 1 });
    expect(status).toBe(500);
    expect(headers.has('x-credits-charged')).toBe(false);
    expect(await gate.orders(user)).toBe(0);
    expect(await gate.wallet(user)).toEqual({ balance: 10, held: 0, charges: [] });
    expect(await gate.holds(user)).toMatchObject([{ state: 'released' }]);
  });

  test('is charged once when the handler tries again after a rollback', async () => {
    const user = await gate.customer(10);
    const { status, body } = await order(user, { deaths: 2, attempts: 3 });
    expect(status).toBe(201);
    expect(body.credits).toMatchObject({ charged: 7, available: 3 });
    expect(await gate.orders(user)).toBe(1);
    expect(await gate.wallet(user)).toEqual({ balance: 3, held: 0, charges: [-7] });
  });

  test('charges nothing when its own row is refused by the database', async () => {
    const user = await gate.customer(20);
    expect((await order(user)).status).toBe(201);
    expect((await order(user)).status).toBe(500);
    expect(await gate.wallet(user)).toEqual({ balance: 13, held: 0, charges: [-7] });
  });

  test('may capture a part; the rest is free with the same commit', async () => {
    const user = await gate.customer(10);
    const { status, body } = await order(user, { credits: 4 });
    expect(status).toBe(201);
    expect(body.credits).toMatchObject({ charged: 4, available: 6, held: 0, balance: 6 });
    expect(await gate.wallet(user)).toEqual({ balance: 6, held: 0, charges: [-4] });
  });

  test('cannot capture more than was held: no row, no charge', async () => {
    const user = await gate.customer(100);
    const { status, body } = await order(user, { credits: 8 });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'capture_exceeds_hold', held: 7, requested: 8 });
    expect(await gate.orders(user)).toBe(0);
    expect(await gate.wallet(user)).toEqual({ balance: 100, held: 0, charges: [] });
  });
});
