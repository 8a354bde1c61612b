import { randomUUID } from 'node:crypto';
import { bound, by, DAY, withoutFacts, type Stories } from './story.js';

/** Of credits that were sold, and of those that come back each month. */
export const selling: Stories = {
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
    const held = { userId, action: 'export', credits: 1, idempotencyKey: 'held' };
    const { id: holdId } = (await say('held', () => credits.hold(held)))!;
    await say('under the key of the hold', () => credits.allow({ ...pro, idempotencyKey: 'held' }));
    await say('released', () => credits.release({ holdId }));
    await say('spent', () => credits.charge({ userId, action: 'export', credits: 80 }));
    await say('refused until then', () => credits.charge({ userId, action: 'export', credits: 80 }));
    await t.stage.at(31 * DAY - 1);
    await say('a second before', () => credits.balance(userId));
    await t.stage.at(31 * DAY);
    await say('at the instant', () => credits.charge({ userId, action: 'export', credits: 110 }));
    const { data } = (await say('all so far', () => credits.history(userId)))!;
    const entryId = data.at(-1)!.id;
    await say('what became of the first', () => credits.grantState({ entryId }));
    await say('some of it taken', () => credits.clawback({ entryId, credits: 5, ...by }));
    await say('and given again', () => credits.restore({ entryId, credits: 2, ...by }));
    await say('what became of it then', () => credits.grantState({ entryId }));
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
