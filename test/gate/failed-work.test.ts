import { describe, expect, test } from '@jest/globals';
import { adapters } from './foreign-app.js';
import { deaths } from './foreign-controllers.js';
import { Gate } from './gate-harness.js';

describe.each(adapters)('work that fails on %s costs nothing', (adapter) => {
  const gate = Gate.onEach(adapter);

  test.each(Object.keys(deaths))('when the handler dies of: %s', async (death) => {
    const user = await gate.customer(10);
    const { status, headers } = await gate.post('speech', { user, body: { text: 'hello', death } });
    expect(status).toBe(death === 'exception' ? 500 : 422);
    expect(headers.has('x-credits-charged')).toBe(false);
    // Already when the client has its answer: the next request finds all its credits.
    expect(await gate.wallet(user)).toEqual({ balance: 10, held: 0, charges: [] });
    expect(await gate.holds(user)).toEqual([expect.objectContaining({ state: 'released' })]);
  });

  test('when a pipe refuses the body', async () => {
    const user = await gate.customer(10);
    for (const body of [
      { text: 'x'.repeat(21) },
      { text: 7 },
      {},
      { text: 'hello', userId: 'someone else' },
    ]) {
      expect((await gate.post('speech', { user, body })).status).toBe(400);
      expect(await gate.wallet(user)).toEqual({ balance: 10, held: 0, charges: [] });
    }
  });

  test('when the body is no JSON, without a hold', async () => {
    const user = await gate.customer(10);
    const response = await fetch(`${gate.foreign.url}/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': user },
      body: '{"text":',
    });
    expect(response.status).toBe(400);
    expect(await gate.holds(user)).toEqual([]);
  });

  test.each([
    ['refuses', 403],
    ['throws', 503],
  ])('when a later guard %s', async (manner, expected) => {
    const user = await gate.customer(10);
    const headers = { 'x-later-guard': manner };
    expect((await gate.post('speech', { user, body: { text: 'hello' }, headers })).status).toBe(expected);
    await gate.expectUntouched(user, 10);
    expect(await gate.holds(user)).toMatchObject([{ state: 'released', reason: 'the request was refused' }]);
  });

  test('when an outer interceptor throws', async () => {
    const user = await gate.customer(10);
    const headers = { 'x-outer-interceptor': 'throws' };
    expect((await gate.post('speech', { user, body: { text: 'hello' }, headers })).status).toBe(503);
    await gate.expectUntouched(user, 10);
    expect(await gate.holds(user)).toMatchObject([{ state: 'released' }]);
  });

  test('and its hold tells the user what an http exception says, but not what a bug says', async () => {
    const user = await gate.customer(20);
    for (const death of ['http exception', 'exception']) {
      await gate.post('speech', { user, body: { text: 'hello', death } });
    }
    const reasons = (await gate.holds(user)).map(({ reason }) => reason);
    expect(reasons).toEqual(['the voice is ill', 'the work failed']);
  });
});
