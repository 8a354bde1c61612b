import type { Balance, Grant } from '../api/types.js';
import { credits, day, deadline } from '../parts/words.js';

/** Something that its owner should know of the credits. */
export interface OwnNotice {
  words: string;
  /** Of the grant that it is about; somebody wrote it. */
  reason?: string;
  isBad?: true;
}

const REFILL = /^refill: /;
const WEEK_MS = 7 * 86_400_000;

/** What is worst comes first, what is to come last. */
export function noticesOf(balance: Balance, grants: readonly Grant[], now = Date.now()): OwnNotice[] {
  const { owed, nextRefill } = balance;
  return [
    ...(owed > 0
      ? [{ words: `${credits(owed)} owed: what comes in pays that first.`, isBad: true } as const]
      : []),
    ...levelOf(balance),
    ...grants.filter(({ expiresAt }) => isWithinAWeek(expiresAt, now)).map(expiryOf),
    ...grants.filter((grant) => hasCome(grant, now)).map(refillOf),
    ...(nextRefill === null
      ? []
      : [{ words: `${credits(nextRefill.credits)} more on ${deadline(nextRefill.at)}.` }]),
  ];
}

function levelOf({ available, balance, low }: Balance): OwnNotice[] {
  if (balance === 0) return [{ words: 'No credits left.', isBad: true }];
  if (available === 0) return [{ words: 'All credits are on hold.' }];
  return low ? [{ words: `Running low: ${credits(available)} left.` }] : [];
}

function expiryOf({ remaining, expiresAt, reason }: Grant): OwnNotice {
  const words = `${credits(remaining)} expire${remaining === 1 ? 's' : ''} on ${deadline(expiresAt!)}`;
  return { words, ...(reason !== null && { reason }) };
}

function refillOf({ amount, createdAt, reason }: Grant): OwnNotice {
  return { words: `${credits(amount)} came on ${day(createdAt)}`, reason: reason! };
}

function hasCome({ reason, createdAt }: Grant, now: number): boolean {
  return reason !== null && REFILL.test(reason) && now - Date.parse(createdAt) < WEEK_MS;
}

function isWithinAWeek(expiresAt: string | null, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now < WEEK_MS;
}
