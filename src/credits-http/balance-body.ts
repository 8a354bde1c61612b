import { hash } from 'node:crypto';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';
import type { IncomingHttpHeaders } from 'node:http';
import { isKnown } from '../routes/conditional.js';

/** A balance as clients get it, in answers and in events alike. */
export function toBody(shown: DisplayedBalance) {
  const { available, held, balance, owed, version, low, nextExpiryAt, nextRefill, asOf, source } = shown;
  return {
    credits: available,
    available,
    held,
    balance,
    owed,
    version,
    low,
    nextExpiryAt,
    nextRefill,
    asOf,
    source,
  };
}

/**
 * Weak, because `asOf` and `source` differ between answers that say the same. The user is part of it: a version
 * alone would let a shared cache give one user's balance to another.
 */
function etagOf({ userId, version, owed, low, nextExpiryAt, nextRefill }: DisplayedBalance): string {
  const said = JSON.stringify([userId, version, owed, low, nextExpiryAt, nextRefill]);
  const digest = hash('sha256', said, 'base64url');
  return `W/"${digest.slice(0, 27)}"`;
}

export const BALANCE_HEADERS = { vary: 'Authorization', 'cache-control': 'private, no-cache' };

/** A rendered answer; one object may be sent to many clients. */
export interface BalanceAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

interface Rendered {
  whole: BalanceAnswer;
  notModified: BalanceAnswer;
}

/** Rendered once for each copy: a cached copy is shown many times, as the same object. */
const rendered = new WeakMap<DisplayedBalance, Rendered>();

/** The answer with a balance, or 304 if the client already has it. */
export function answerWith(shown: DisplayedBalance, request: IncomingHttpHeaders): BalanceAnswer {
  let answers = rendered.get(shown);
  if (answers === undefined) rendered.set(shown, (answers = render(shown)));
  const { whole, notModified } = answers;
  return isKnown(request, whole.headers['etag']!) ? notModified : whole;
}

function render(shown: DisplayedBalance): Rendered {
  const headers = { ...BALANCE_HEADERS, etag: etagOf(shown) };
  return {
    notModified: { status: 304, headers },
    whole: {
      status: 200,
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(toBody(shown)),
    },
  };
}
