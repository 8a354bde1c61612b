import { areEventsSecrets, isEventsUrl } from './receiver.js';

const MAX_NOTICE_DAYS = 30;

/** What is wrong with the option `events`, in a sentence; undefined: nothing. */
export function eventsFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return '`events` must be an object, as in { url, secret }';
  const { url, secret, lowBalance = 0, expiryNoticeDays = 0 } = value as Record<string, unknown>;
  if (url !== undefined && !(typeof url === 'string' && isEventsUrl(url)))
    return '`events.url` must be an https address (http only on a loopback address)';
  if (secret !== undefined && !(typeof secret === 'string' && areEventsSecrets(secret)))
    return '`events.secret` must be whsec_ and base64, several separated by spaces';
  if (url !== undefined && secret === undefined)
    return '`events.secret` must be given with `events.url`: events are signed';
  if (!isWhole(lowBalance, Number.MAX_SAFE_INTEGER))
    return '`events.lowBalance` must be a whole number of credits';
  if (!isWhole(expiryNoticeDays, MAX_NOTICE_DAYS))
    return `\`events.expiryNoticeDays\` must be a whole number of days from 0 to ${MAX_NOTICE_DAYS}`;
  return undefined;
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;
}
