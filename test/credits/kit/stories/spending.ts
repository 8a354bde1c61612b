import { randomUUID } from 'node:crypto';
import type { HeldWork } from '../../../../src/credits/index.js';
import { bound, by, withoutFacts, type Stories } from './story.js';

/** Of holds and charges, priced by call and by what was used, and of work that is not a request. */
export const spending: Stories = {
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
    const pages = { states: ['held', 'captured', 'released'], limit: 2 } as const;
    const first = (await say('a page of holds', () => statements.holdsPage(userId, pages)))!;
    const cursor = first.nextCursor ?? undefined;
    await say('the next page', () => statements.holdsPage(userId, { ...pages, cursor }));
    await say('no such page', () => statements.holdsPage(userId, { cursor: 'x' }));
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
};
