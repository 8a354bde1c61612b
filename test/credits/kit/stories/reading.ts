import type { Receipt, Transaction } from '../../../../src/credits/index.js';
import { bound, by, type Stories } from './story.js';

/** Of time that passes, of pages, and of what a host does in its own transaction. */
export const reading: Stories = {
  time: async (t) => {
    const { credits, userId, say } = bound(t);
    const gift = { userId, ...by, credits: 10 };
    await say('until noon', () => credits.grant({ ...gift, expiresAt: t.time(100) }));
    await say('for ever', () => credits.grant({ ...gift, priority: 20, category: 'promotional' }));
    await say('until the evening', () => credits.grant({ ...gift, priority: 10, expiresAt: t.time(200) }));
    await say('next to expire', () => credits.nextExpiryOf(userId));
    const spent = (await say('spent', () => credits.charge({ userId, action: 'export', credits: 5 })))!;
    const input = { userId, action: 'export', credits: 12, idempotencyKey: 'a key' };
    const hold = (await say('held', () => credits.hold({ ...input, ttlSeconds: 150 })))!;
    await t.stage.at(100);
    await say('at noon', () => credits.balance(userId));
    await t.stage.at(149);
    await say('still held', () => credits.hold(input));
    await say('kept alive', () => credits.extend({ holdId: hold.id, ttlSeconds: 60 }));
    await t.stage.at(209);
    await say('its key is free again', () => credits.hold({ ...input, credits: 1 }));
    await say('not kept alive', () => credits.capture({ holdId: hold.id }));
    await say('back without an end', () => credits.refund({ entryId: spent.entryId, ...by }));
    await say('next to expire then', () => credits.nextExpiryOf(userId));
    await say('already over', () => credits.grant({ ...gift, expiresAt: t.time(209) }));
    await say('its grants', () => t.stage.statements.grants(userId));
    await say('its holds', () => t.stage.statements.holds(userId));
    await say('all of it', () => credits.history(userId));
  },

  'pages of a history': async (t) => {
    const { credits, userId, say } = bound(t);
    await say('given', () => credits.grant({ userId, credits: 50, ...by }));
    for (const [n, action] of ['upload', 'export', 'upload', 'upload'].entries()) {
      await t.stage.at(n * 10);
      await say(action, () => credits.charge({ userId, action, credits: n }));
    }
    await say('all', () => credits.history(userId));
    for (const filter of [
      { kind: 'charge' as const },
      { kind: 'restore' as const },
      { action: 'upload' },
      { from: t.time(10), to: t.time(30) },
      { from: t.time(10), action: 'upload', limit: 1 },
      { limit: 2 },
      { limit: 2, cursor: 'v3' },
      { limit: 0 },
      { limit: 201 },
      { cursor: '3' },
      { kind: 'gift' as 'grant' },
      { action: 'No Action' },
      { from: 'yesterday' },
    ]) {
      await say(JSON.stringify(filter), () => credits.history(userId, filter));
    }
    await say('some time', () => t.stage.statements.usage(userId, { from: t.time(1), to: t.time(30) }));
  },

  'in a transaction of the host': async (t) => {
    const { credits, userId, say } = bound(t);
    const transaction = <T>(work: (tx: Transaction) => Promise<T>) => t.stage.transaction(work);
    const gift = (await say('given', () => credits.grant({ userId, credits: 50, ...by })))!;
    const both = async (end: string, work: (tx: Transaction) => Promise<unknown>) => {
      await say(`${end}, rolled back`, () =>
        transaction(async (tx) => {
          await work(tx);
          throw new Error('no');
        }),
      );
      await say('as before', () => credits.balance(userId));
      await say('its holds as before', () => t.stage.statements.holds(userId));
      await say(end, () => transaction(work));
      await say('after it', () => credits.balance(userId));
    };
    await both('charged', (tx) => credits.charge({ userId, action: 'upload', idempotencyKey: 'k' }, { tx }));
    await both('held', (tx) => credits.hold({ userId, action: 'upload' }, { tx }));
    await both('spent', (tx) => credits.spend({ userId, action: 'upload' }, () => 'done', { tx }));
    const reversal = { entryId: gift.entryId, credits: 10, ...by };
    await both('taken back', (tx) => credits.clawback(reversal, { tx }));
    await both('allowed', (tx) =>
      credits.allow({ userId, plan: 'pro', credits: 5 }, { tx }).then(() => 'ok'),
    );
    let receipt: Receipt | undefined;
    await both('refused, and usable', async (tx) => {
      await say('refused', () => credits.charge({ userId, action: 'upload', credits: 1_000 }, { tx }));
      receipt = await credits.charge({ userId, action: 'upload' }, { tx });
    });
    await say('its entry', () => credits.entry(receipt!.entryId));
    await say('all of it', () => credits.history(userId));
  },
};
