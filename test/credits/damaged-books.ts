import {
  checkIntegrity,
  type IntegrityOptions,
  type IntegrityReport,
} from '../../src/credits/reads/integrity.js';
import { openCredits } from '../support/credits.js';
import { TRIGGERS_OFF } from '../support/ledger-hand.js';
import { onOwnDatabase } from '../support/own-database.js';

// Books of three people, for each file of tests that damages them.

const action = 'audio_upload';

export const [open, database] = await onOwnDatabase(openCredits);
for (const userId of ['alice', 'mallory', 'zoe']) await liveALittle(userId);

/** Versions: 1 grant, 2 charge, 3 refund, 4 hold, 5 its capture, 6 hold, 7 its release, 8 hold that stays. */
async function liveALittle(userId: string): Promise<void> {
  const { credits } = open;
  await credits.grant({ userId, credits: 100, reason: 'to live on', actor: 'test' });
  const { entryId } = await credits.charge({ userId, action, credits: 10 });
  await credits.refund({ entryId, credits: 4, reason: 'to live on', actor: 'test' });
  const { id: holdId } = await credits.hold({ userId, action, credits: 5 });
  await credits.capture({ holdId });
  await credits.release({ holdId: (await credits.hold({ userId, action, credits: 2 })).id });
  await credits.hold({ userId, action, credits: 3 });
  await haveItTakenBack(userId);
}

/**
 * Versions: 9 grant, 10 charge, 11 clawback of the grant and of all else that is free, 12 gift, 13 which pays some of the
 * debt, 14 restore.
 */
async function haveItTakenBack(userId: string): Promise<void> {
  const { credits } = open;
  const { entryId } = await credits.grant({ userId, credits: 200, reason: 'bought', actor: 'test' });
  const { available } = await credits.balance(userId);
  await credits.charge({ userId, action, credits: available - 5 });
  await credits.clawback({ entryId, credits: 40, reason: 'money back', actor: 'test' });
  await credits.grant({ userId, credits: 15, reason: 'a gift', actor: 'test' });
  await credits.restore({ entryId, credits: 10, reason: 'dispute won', actor: 'test' });
}

/** What the check says after an owner's edit with the triggers off; the edit is undone afterwards. */
export async function reportAfter(edit: string, options?: IntegrityOptions): Promise<IntegrityReport> {
  const owner = open.dataSource.createQueryRunner();
  await owner.startTransaction();
  try {
    await owner.query(TRIGGERS_OFF);
    await owner.query(edit);
    return await checkIntegrity((sql, values) => owner.query(sql, values), options);
  } finally {
    await owner.rollbackTransaction();
    await owner.release();
  }
}

export const of = `WHERE user_id = 'mallory'`;
export const its = `WHERE wallet = (SELECT number FROM credits.wallets ${of})`;
