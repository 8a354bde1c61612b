import type { CreditsService } from '../../../src/credits/index.js';
import { newId } from '../../../src/credits/plumbing.js';
import { by } from './stories/story.js';

type Call = (credits: CreditsService, userId: string) => unknown;

const id = 'no id';
const second = { second: 1 };
const given = { credits: 1, ...by };

/** Every method with what it cannot mean. */
export const refusedInputs: Record<string, Call> = {
  'a balance of nobody': (c) => c.balance(''),
  'the next expiry of nobody': (c) => c.nextExpiryOf(''),
  'the key of nobody': (c) => c.isKeyUsed({ userId: '', key: 'a' }),
  'a quote without a price': (c) => c.quote({ action: 'unpriced' }),
  'a hold for ever': (c, userId) => c.hold({ userId, action: 'upload', ttlSeconds: 1e9 }),
  'a hold of a part': (c, userId) => c.hold({ userId, action: 'upload', credits: 0.5 }),
  'a hold under a bad key': (c, userId) => c.hold({ userId, action: 'upload', idempotencyKey: 'ü' }),
  'a hold of no action': (c, userId) => c.hold({ userId, action: 'No action', credits: 1 }),
  'a hold of two amounts': (c, userId) => c.hold({ userId, action: 'upload', credits: 1, atMost: second }),
  'a hold of most and least': (c, userId) =>
    c.hold({ userId, action: 'upload', atMost: second, atLeast: second }),
  'a charge of two amounts': (c, userId) =>
    c.charge({ userId, action: 'upload', credits: 1, measured: second }),
  'a capture of two amounts': (c) => c.capture({ holdId: newId('a'), credits: 1, measured: second }),
  'a charge of nobody': (c) => c.charge({ userId: '', action: 'upload' }),
  'a charge for less than nothing': (c, userId) => c.charge({ userId, action: 'upload', credits: -1 }),
  'a spend of nobody': (c) => c.spend({ userId: '', action: 'upload' }, () => 'never'),
  'a spend under no hold': (c, userId) => c.spend({ userId, action: 'upload', holdId: id }, () => 'never'),
  'a capture of no hold': (c) => c.capture({ holdId: id }),
  'a release without an actor': (c) => c.release({ holdId: id, actor: '' }),
  'an extension of no hold': (c) => c.extend({ holdId: id, ttlSeconds: 0 }),
  'a taking over of no hold': (c, userId) => c.take({ userId, action: 'upload', holdId: id, owner: 'a' }),
  'a raise of no hold': (c) => c.raise({ holdId: id, measured: { second: 1 } }),
  'a receipt of no hold': (c) => c.receiptOf(id),
  'a gift of nothing': (c, userId) => c.grant({ userId, ...given, credits: 0 }),
  'a gift of a category of its own': (c, userId) => c.grant({ userId, ...given, category: 'own' as 'paid' }),
  'a gift without a reason': (c, userId) => c.grant({ userId, ...given, reason: '' }),
  'a correction of nothing': (c, userId) => c.adjust({ userId, ...given, credits: 0 }),
  'a refund of no entry': (c) => c.refund({ entryId: id, ...by }),
  'a clawback of no entry': (c) => c.clawback({ entryId: id, ...given }),
  'a restore of nothing': (c) => c.restore({ entryId: id, ...given, credits: 0 }),
  'the state of no grant': (c) => c.grantState({ entryId: id }),
  'no entry': (c) => c.entry(id),
  'a history of nobody': (c) => c.history(''),
  'an allowance of nothing': (c, userId) => c.allow({ userId, plan: 'a', credits: 0 }),
  'an allowance without a plan': (c, userId) => c.allow({ userId, plan: '', credits: 1, months: 121 }),
  'the end of no allowance': (c) => c.endAllowance({ id }),
  'allowances of nobody': (c) => c.allowances(''),
  'a monthly grant of a part': (c) => c.setMonthlyGrant({ credits: 0.5, carry: 0, timeZone: 'UTC' }),
};
