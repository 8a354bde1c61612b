import { setTimeout as delay } from 'node:timers/promises';
import type { Groups } from '../groups.js';

/** Wallets in one statement, which takes a hundredth of a second or two. */
const AT_ONCE = 50;
/** About what they cost the processor. Not what they took: on a busy machine that is others' work. */
const REST_MS = 10;

/**
 * Refills those to whom nothing else is due, many in one statement, and rests after each: half of the time is the
 * gate's, however many are due at once. Several instances pour beside each other, for each passes over what
 * another one has. Answers whose wallets are left to settle.
 */
export async function refillTogether(groups: Groups, users: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (const group of new Set(users.map((userId) => groups.of(userId)))) {
    const members = users.filter((userId) => groups.of(userId) === group);
    for (let from = 0; from < members.length; from += AT_ONCE) {
      left.push(...(await group.ledger.refillTogether(members.slice(from, from + AT_ONCE))));
      await delay(REST_MS);
    }
  }
  return left;
}
