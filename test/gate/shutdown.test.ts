import { describe, expect, test } from '@jest/globals';
import type { Server } from 'node:http';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

// A connection kept alive would keep the server waiting, which is the host's affair.
const LEAVING = { connection: 'close' };

/** A request whose work has begun, and a shutdown that has begun after it. */
async function shutDownDuringWork(gate: Gate, user: string) {
  const { app, workshop } = gate.foreign;
  const request = gate.post(`work/${user}`, { user, headers: LEAVING });
  await workshop.begun(user);
  const closing = gate.foreign.shutDown();
  await until(() => !(app.getHttpServer() as Server).listening);
  return { request, closing };
}

describe.each(adapters)('a shutdown on %s', (adapter) => {
  const gate = Gate.onEach(adapter);

  test('waits for work that is paid by a hold, charges and answers it', async () => {
    const user = await gate.customer(15);
    const { request, closing } = await shutDownDuringWork(gate, user);
    gate.foreign.workshop.end(user);
    expect(await request).toMatchObject({ status: 201, body: { credits: { charged: 15, available: 0 } } });
    await closing;
    expect(await gate.wallet(user)).toEqual({ balance: 0, held: 0, charges: [-15] });
  });
});

describe.each(adapters)('a shutdown on %s', (adapter) => {
  const gate = Gate.onEach(adapter);

  test('releases the hold of work that fails meanwhile', async () => {
    const user = await gate.customer(15);
    const { request, closing } = await shutDownDuringWork(gate, user);
    gate.foreign.workshop.fail(user, new Error('out of paper'));
    expect((await request).status).toBe(500);
    await closing;
    await gate.expectUntouched(user, 15);
  });
});
