import { randomUUID } from 'node:crypto';
import type { HeldWork, Receipt, Transaction } from '../../../src/credits/index.js';
import type { Teller } from './teller.js';

export const by = { reason: 'because', actor: 'test' };
const DAY = 86_400;

type Story = (teller: Teller) => Promise<void>;

/** What a host does with the credit system, each to be told the same wherever the books are. */
export const stories: Record<string, Story> = {
  'holds, captures, releases and refunds': async (t) => {
    const { credits, userId, say } = bound(t);
    await say('nobody yet', () => credits.balance(userId));
    await say('too early', () => credits.charge({ userId, action: 'upload' }));
    await say('given', () => credits.grant({ userId, credits: 100, ...by, idempotencyKey: 'a key' }));
    await say('given again', () => credits.grant({ userId, credits: 100, ...by, idempotencyKey: 'a key' }));
    await say('another gift', () => credits.grant({ userId, credits: 101, ...by, idempotencyKey: 'a key' }));
    const input = { userId, action: 'upload', credits: 30, idempotencyKey: 'a hold', actor: 'ann' };
    const hold = await say('held', () => credits.hold({ ...input, description: 'a.wav' }));
    const holdId = hold!.id;
    await say('held again', () => credits.hold(input));
    await say('key of a hold', () => credits.isKeyUsed({ userId, key: 'a hold' }));
    await say('too much', () => credits.capture({ holdId, credits: 31 }));
    const receipt = await say('part of it', () =>
      credits.capture({ holdId, credits: 12, description: 'b.wav' }),
    );
    await say('key of a charge', () => credits.isKeyUsed({ userId, key: 'a hold' }));
    await say('held long ago', () => credits.hold(input));
    await say('once more', () => credits.capture({ holdId }));
    await say('its receipt', () => credits.receiptOf(holdId));
    const { entryId } = receipt!;
    await say('back', () => credits.refund({ entryId, credits: 5, ...by, idempotencyKey: 'back' }));
    await say('back again', () => credits.refund({ entryId, credits: 5, ...by, idempotencyKey: 'back' }));
    await say('too much back', () => credits.refund({ entryId, credits: 8, ...by }));
    await say('the rest back', () => credits.refund({ entryId, ...by }));
    await say('no more back', () => credits.refund({ entryId, ...by }));
    await say('a cut', () => credits.adjust({ userId, credits: -3, ...by }));
    await say('too deep a cut', () => credits.adjust({ userId, credits: -1_000, ...by }));
    const raise = await say('a raise', () =>
      credits.adjust({ userId, credits: 4, ...by, idempotencyKey: 'up' }),
    );
    await say('not a charge', () => credits.refund({ entryId: raise!.entryId, ...by }));
    const other = await say('held for nothing', () => credits.hold({ userId, action: 'export' }));
    await say('no need', () => credits.release({ holdId: other!.id, reason: 'no need', actor: 'bob' }));
    await say('nor again', () => credits.release({ holdId: other!.id }));
    await say('never was', () => credits.release({ holdId: randomUUID() }).catch(withoutFacts));
    await say('no receipt', () => credits.receiptOf(other!.id));
    await say('too large', () => credits.grant({ userId, credits: Number.MAX_SAFE_INTEGER, ...by }));
    await say('the charge', () => credits.entry(entryId));
    await say('all of it', () => credits.history(userId));
  },

  'what was sold is taken back and given again': async (t) => {
    const { credits, userId, say } = bound(t);
    const gift = { userId, credits: 100, reason: 'bought', actor: 'shop' };
    const first = (await say('bought', () => credits.grant(gift)))!;
    const other = (await say('promised', () => credits.grant({ ...gift, credits: 20, priority: 10 })))!;
    const charge = (await say('spent', () => credits.charge({ userId, action: 'export', credits: 70 })))!;
    const hold = (await say('held', () => credits.hold({ userId, action: 'upload', credits: 30 })))!;
    const { entryId } = first;
    await say('its state', () => credits.grantState({ entryId }));
    const back = { entryId, credits: 80, ...by, idempotencyKey: 'back' };
    await say('taken', () => credits.clawback(back));
    await say('taken again', () => credits.clawback(back));
    await say('by another sum', () => credits.clawback({ ...back, credits: 81 }));
    await say('more than given', () => credits.clawback({ entryId, credits: 21, ...by }));
    await say('refused while owing', () => credits.charge({ userId, action: 'upload' }));
    await say('owing', () => credits.balance(userId));
    await say('nothing of it', () => credits.release({ holdId: hold.id }));
    const paying = { ...gift, credits: 25, idempotencyKey: 'paying' };
    await say('pays', () => credits.grant(paying));
    await say('paid', () => credits.grant(paying));
    await say('its state then', () => credits.grantState({ entryId }));
    await say('given again', () => credits.restore({ entryId, credits: 50, ...by, idempotencyKey: 'again' }));
    await say('and again', () => credits.restore({ entryId, credits: 50, ...by, idempotencyKey: 'again' }));
    await say('more than taken', () => credits.restore({ entryId, credits: 31, ...by }));
    await say('all given again', () => credits.restore({ entryId, credits: 30, ...by }));
    await say('no grant', () => credits.clawback({ entryId: charge.entryId, credits: 1, ...by }));
    await say('no grant either', () => credits.restore({ entryId: charge.entryId, credits: 1, ...by }));
    await say('no state', () => credits.grantState({ entryId: charge.entryId }));
    await say('no entry', () =>
      credits.clawback({ entryId: randomUUID(), credits: 1, ...by }).catch(withoutFacts),
    );
    await say('of the other', () => credits.clawback({ entryId: other.entryId, credits: 5, ...by }));
    await say('refunded', () => credits.refund({ entryId: charge.entryId, ...by }));
    await say('its grants', () => t.stage.statements.grants(userId));
    await say('all of it', () => credits.history(userId));
    await say('its entry', () => credits.entry(entryId));
  },

  'a price by what was used': async (t) => {
    const { credits, userId, say } = bound(t);
    const { statements } = t.stage;
    await say('given', () => credits.grant({ userId, credits: 40, ...by }));
    await say('a quote', () => credits.quote({ action: 'transcribe', measured: { second: 61 } }));
    await say('no unit', () => credits.quote({ action: 'transcribe', measured: { minute: 1 } }));
    await say('no measure', () => credits.quote({ action: 'transcribe' }));
    await say('at most too much', () =>
      credits.hold({ userId, action: 'transcribe', atMost: { second: 3_600 } }),
    );
    await say('at least too much', () =>
      credits.hold({ userId, action: 'transcribe', atLeast: { second: 3_600 } }),
    );
    const { id: holdId } = (await say('held', () =>
      credits.hold({ userId, action: 'transcribe', atLeast: { second: 60 } }),
    ))!;
    await say('raised', () => credits.raise({ holdId, measured: { second: 300 } }));
    await say('not lowered', () => credits.raise({ holdId, measured: { second: 1 } }));
    await say('dearer than agreed', () =>
      credits.raise({ holdId, measured: { second: 600 }, maxCredits: 11 }),
    );
    await say('not enough', () => credits.raise({ holdId, measured: { second: 3_600 } }));
    await say('no such hold', () =>
      credits.raise({ holdId: randomUUID(), measured: { second: 1 } }).catch(withoutFacts),
    );
    await say('running', () => statements.holds(userId));
    await say('used', () => credits.capture({ holdId, measured: { second: 100 } }));
    const chat = { input_token: 1_000, output_token: 1_000 };
    const { id } = (await say('a chat', () => credits.hold({ userId, action: 'chat', atMost: chat })))!;
    await say('more than held', () =>
      credits.capture({ holdId: id, measured: { ...chat, output_token: 2_000 } }),
    );
    await say('a call', () => credits.charge({ userId, action: 'chat', measured: { input_token: 1 } }));
    await say('resolved', () => credits.raise({ holdId: id, measured: { output_token: 1_800 } }));
    await say('all holds', () => statements.holds(userId));
    await say('captured ones', () => statements.holds(userId, 'captured'));
    await say('released ones', () => statements.holds(userId, 'released'));
    await say('one of them', () => statements.hold(userId, holdId));
    await say("another's", () => statements.hold(`${userId} 2`, holdId));
    await say('usage by action', () => statements.usage(userId, { groupBy: 'action' }));
    await say('usage by day', () => statements.usage(userId, {}));
    await say('usage before', () => statements.usage(userId, { to: t.time(0) }));
  },

  'work that is no request, taken over and handed over': async (t) => {
    const { credits, userId, say } = bound(t);
    const input = { userId, action: 'export' };
    await say('given', () => credits.grant({ userId, credits: 100, ...by }));
    await say('done', () => credits.spend(input, (work) => work.describe('chapter 1')));
    await say('used', () => credits.spend({ ...input, action: 'upload', units: 10 }, (work) => work.use(4)));
    await say('failed', () => credits.spend(input, () => Promise.reject(new Error('no ink'))));
    await say('cannot be', () => credits.spend({ ...input, units: 9 }, () => 'never'));
    const keyed = { ...input, idempotencyKey: 'job 1' };
    await say('in progress', () => credits.spend(keyed, () => credits.spend(keyed, () => 'never')));
    await say('once', () => credits.spend(keyed, () => 'done'));
    await say('spent', () => credits.spend(keyed, () => 'never'));
    const holdId = (await say('handed over', () =>
      credits.spend(input, (work) => work.handOver({ ttlSeconds: 600 })),
    ))!;
    await say('by another user', () =>
      credits.spend({ ...input, userId: `${userId} 2`, holdId }, () => 'never'),
    );
    await say('for another action', () =>
      credits.spend({ ...input, action: 'upload', holdId }, () => 'never'),
    );
    let first: HeldWork | undefined;
    await say('taken from the first', () =>
      credits.spend({ ...input, holdId }, async (work) => {
        first = work;
        await credits.take({ ...input, holdId, owner: 'second' });
        await say('not kept', () => credits.extend({ holdId, owner: 'first' }));
        await say('not captured', () => credits.capture({ holdId, owner: 'first' }));
        await say('not released', () => credits.release({ holdId, owner: 'first' }));
      }),
    );
    await say('nor by the work', () => first!.capture());
    await say('by the second', () => credits.capture({ holdId, owner: 'second' }));
    await say('again', () => credits.spend({ ...input, holdId }, () => 'never'));
    const late = (await say('held', () => credits.hold({ ...input, ttlSeconds: 60 })))!;
    await t.stage.at(60);
    await say('too late', () => credits.spend({ ...input, holdId: late.id }, () => 'never'));
    await say('too late to take', () => credits.take({ ...input, holdId: late.id, owner: 'third' }));
    await say('too late to keep', () => credits.extend({ holdId: late.id }));
    await say('in the end', () => t.stage.statements.holds(userId));
    await say('all of it', () => credits.history(userId));
  },

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

  'credits that come back': async (t) => {
    const { credits, userId, say } = bound(t);
    const pro = {
      userId,
      plan: 'pro',
      credits: 100,
      carry: 30,
      anchor: t.time(0),
      ...by,
      idempotencyKey: 'sub',
    };
    const { id } = (await say('allowed', () => credits.allow(pro)))!;
    await say('allowed again', () => credits.allow(pro));
    await say('with other terms', () => credits.allow({ ...pro, credits: 99 }));
    await say('poured', () => credits.balance(userId));
    await say('spent', () => credits.charge({ userId, action: 'export', credits: 80 }));
    await say('refused until then', () => credits.charge({ userId, action: 'export', credits: 80 }));
    await t.stage.at(31 * DAY - 1);
    await say('a second before', () => credits.balance(userId));
    await t.stage.at(31 * DAY);
    await say('at the instant', () => credits.charge({ userId, action: 'export', credits: 110 }));
    await say('next to expire', () => credits.nextExpiryOf(userId));
    // Of two refills at one instant the ids decide which comes first, and ids are drawn.
    await t.stage.at(31 * DAY + 3_600);
    const berlin = { userId, plan: 'day', credits: 7, timeZone: 'Europe/Berlin', months: 2 };
    await say('one that ends', () => credits.allow({ ...berlin, until: t.time(150 * DAY) }));
    await t.stage.at(200 * DAY);
    await say('months later', () => credits.balance(userId));
    await say('its grants', () => t.stage.statements.grants(userId));
    await say('ended', () => credits.endAllowance({ id }));
    await say('ended again', () => credits.endAllowance({ id }));
    await say('never was', () => credits.endAllowance({ id: randomUUID() }));
    await t.stage.at(240 * DAY);
    await say('nothing comes', () => credits.balance(userId));
    await say('long ago', () =>
      credits.allow({ userId, plan: 'old', credits: 1, anchor: '2080-01-01T00:00:00Z' }),
    );
    await say('over at once', () =>
      credits.allow({ userId, plan: 'no', credits: 1, until: t.time(240 * DAY) }),
    );
    await say('no zone', () => credits.allow({ userId, plan: 'no', credits: 1, timeZone: 'Mars' }));
    await say('missed ones', () =>
      credits.allow({ userId, plan: 'back', credits: 3, anchor: t.time(100 * DAY) }),
    );
    await say('all allowances', () => credits.allowances(userId));
    await say('all of it', () => credits.history(userId));
  },

  'credits for everybody each month': async (t) => {
    const { credits, userId, say } = bound(t);
    await say('nobody has any', () => credits.hasMonthlyGrant(userId));
    await say('begun', () => credits.allow({ userId, plan: 'trial', credits: 3, until: t.time(5 * DAY) }));
    await t.stage.at(10 * DAY);
    await say('from now on', () => credits.setMonthlyGrant({ credits: 20, carry: 5, timeZone: 'UTC' }));
    await say('not yet', () => credits.hasMonthlyGrant(userId));
    await say('given', () => credits.allowMonthlyGrant(userId));
    await say('nothing for the past', () => credits.balance(userId));
    await t.stage.at(31 * DAY);
    await say('on its day', () => credits.balance(userId));
    await say('more for everybody', () =>
      credits.setMonthlyGrant({ credits: 30, carry: 5, timeZone: 'UTC' }),
    );
    await t.stage.at(62 * DAY);
    await say('more then', () => credits.balance(userId));
    await say('no more', () => credits.setMonthlyGrant({ credits: 0, carry: 0, timeZone: 'UTC' }));
    await t.stage.at(95 * DAY);
    await say('none then', () => credits.balance(userId));
    await say('all allowances', () => credits.allowances(userId));
    await say('all of it', () => credits.history(userId));
  },
};

function bound(t: Teller) {
  return { credits: t.credits, userId: t.userId, say: t.say.bind(t) };
}

/** Of an id that the story drew. */
function withoutFacts({ code, message }: Error & { code?: string }): never {
  throw Object.assign(new Error(message), { code });
}
