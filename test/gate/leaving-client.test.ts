import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { until } from '../support/until.js';
import { adapters } from './foreign-app.js';
import { Gate } from './gate-harness.js';

const LOCK_WAITERS = `SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe.each(adapters)('a client that leaves on %s', (adapter) => {
  const gate = Gate.onEach(adapter);

  const lockWallet = async (userId: string) => {
    const lock = gate.books.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('SELECT FROM credits.wallets WHERE user_id = $1 FOR UPDATE', [userId]);
    return lock;
  };

  /** Asked from outside the transaction that holds the lock: inside it, connections opened since are not seen. */
  const someoneWaits = async () => (await gate.books.dataSource.query<unknown[]>(LOCK_WAITERS)).length > 0;

  test('has its credits back at once, and a late success of its work charges nothing', async () => {
    const user = await gate.customer(15);
    const { workshop } = gate.foreign;
    const client = new AbortController();
    const request = gate.post(`work/${user}`, { user, signal: client.signal });
    await workshop.begun(user);
    expect(await gate.wallet(user)).toEqual({ balance: 15, held: 15, charges: [] });
    client.abort();
    await expect(request).rejects.toThrow();
    await gate.expectUntouched(user, 15);
    expect(await gate.holds(user)).toMatchObject([{ state: 'released', reason: 'the client went away' }]);
    workshop.end(user);
    await workshop.left(user);
    await gate.expectUntouched(user, 15);
  });

  test.each(['captured', 'finished'])(
    'has nothing stored by a transaction that is %s too late',
    async (way) => {
      const user = await gate.customer(15);
      const { workshop } = gate.foreign;
      const client = new AbortController();
      const body = { title: user, job: user };
      const headers = { 'idempotency-key': user };
      const request = gate.post(`orders/${way}`, { user, body, headers, signal: client.signal });
      await workshop.begun(user);
      client.abort();
      await expect(request).rejects.toThrow();
      await gate.expectUntouched(user, 15);
      workshop.end(user);
      await workshop.left(user);
      expect(await gate.orders(user)).toBe(0);
      await gate.expectUntouched(user, 15);
      // Its key is free again: the retry is work of its own, paid and stored.
      const retry = await gate.post(`orders/${way}`, { user, body, headers });
      expect(retry).toMatchObject({ status: 201, body: { credits: { charged: 7 } } });
      expect(await gate.orders(user)).toBe(1);
    },
  );

  test('is not charged for a late success although the release could not be written', async () => {
    const user = await gate.customer(15);
    const { workshop } = gate.foreign;
    const client = new AbortController();
    const request = gate.post(`work/${user}`, { user, signal: client.signal });
    await workshop.begun(user);
    const lock = await lockWallet(user);
    client.abort();
    await expect(request).rejects.toThrow();
    // The release waits for the wallet and is given up after a second.
    await until(someoneWaits);
    await until(async () => !(await someoneWaits()));
    await lock.rollbackTransaction();
    await lock.release();
    workshop.end(user);
    await workshop.left(user);
    expect(await gate.wallet(user)).toEqual({ balance: 15, held: 15, charges: [] });
    await gate.books.credits.release({ holdId: (await gate.holds(user))[0]!.id });
  });

  test('before its hold is made begins no work and leaves no hold', async () => {
    const user = await gate.customer(15);
    const leaveWhileWaiting = async () => {
      // The guard waits for the wallet while the client goes away.
      const lock = await lockWallet(user);
      const server = gate.foreign.app.getHttpServer() as Server;
      const arrived = once(server, 'connection') as Promise<[Socket]>;
      const socket = connectTo(gate.foreign.url);
      socket.write(paidRequest(`/work/${user}`, user));
      await until(someoneWaits);
      socket.destroy();
      const [serverSide] = await arrived;
      await until(() => serverSide.closed);
      const stillWaits = await someoneWaits();
      await lock.rollbackTransaction();
      await lock.release();
      return stillWaits;
    };
    // Who waits gives up after a second; on a slow machine it may be over before the client is gone.
    await until(leaveWhileWaiting);
    await until(async () => (await gate.holds(user)).length === 1);
    await gate.expectUntouched(user, 15);
    expect(await gate.holds(user)).toMatchObject([{ state: 'released', reason: 'the client went away' }]);
    expect(gate.foreign.workshop.has(user)).toBe(false);
  });

  test('has its credits back also for requests it had queued behind another on one connection', async () => {
    const user = await gate.customer(30);
    const { workshop } = gate.foreign;
    const jobs = [`first-${user}`, `second-${user}`];
    const socket = connectTo(gate.foreign.url);
    socket.write(jobs.map((job) => paidRequest(`/work/${job}`, user)).join(''));
    await Promise.all(jobs.map((job) => workshop.begun(job)));
    expect(await gate.wallet(user)).toEqual({ balance: 30, held: 30, charges: [] });
    socket.destroy();
    await gate.expectUntouched(user, 30);
    for (const job of jobs) {
      workshop.end(job);
      await workshop.left(job);
    }
    await gate.expectUntouched(user, 30);
  });
});

function paidRequest(path: string, user: string): string {
  return [`POST ${path} HTTP/1.1`, 'Host: test', `X-User: ${user}`, 'Content-Length: 0', '', ''].join('\r\n');
}

function connectTo(url: string): Socket {
  return connect(Number(new URL(url).port), '127.0.0.1');
}
