import { describe, expect, test } from '@jest/globals';
import { HoldKeeper } from '../../src/credits/upkeep/hold-keeper.js';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const HOLD_TTL_SECONDS = 1;

describe.each(adapters)('work longer than the lifetime of a hold on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { holdTtlSeconds: HOLD_TTL_SECONDS });

  test('keeps its credits to the end and is charged', async () => {
    const user = await gate.customer(15);
    const { workshop } = gate.foreign;
    const request = gate.post(`work/${user}`, { user });
    await workshop.begun(user);
    await until(async () => {
      const [hold] = await gate.holds(user);
      expect(hold).toMatchObject({ state: 'held' });
      return hold!.age > 3 * HOLD_TTL_SECONDS;
    });
    // Whoever asks settles what is due first: another request could not have had these credits.
    expect((await gate.post(`work/another-${user}`, { user })).status).toBe(402);
    workshop.end(user);
    expect(await request).toMatchObject({ status: 201, body: { credits: { charged: 15 } } });
    expect(await gate.wallet(user)).toEqual({ balance: 0, held: 0, charges: [-15] });
  });

  test('loses them when nobody keeps the hold alive, and its success is neither answered nor charged', async () => {
    const user = await gate.customer(15);
    const { app, workshop } = gate.foreign;
    const request = gate.post(`work/${user}`, { user });
    await workshop.begun(user);
    app.get(HoldKeeper).onApplicationShutdown();
    await until(async () => (await gate.holds(user))[0]!.state === 'expired');
    workshop.end(user);
    expect(await request).toMatchObject({ status: 409, body: { code: 'hold_expired' } });
    expect(await gate.wallet(user)).toEqual({ balance: 15, held: 0, charges: [] });
  });
});
