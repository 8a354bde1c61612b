import { IdempotencyKeyInvalidError, InvalidCreditsInputError } from './credits.errors.js';
import { fingerprint } from './fingerprint.js';
import { SNAKE_CASE } from './prices/price.js';
import { isRfc3339 } from './rfc3339.js';
import { ENTRY_KINDS, GRANT_CATEGORIES } from './vocabulary.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LATEST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MAX_HOLD_TTL_SECONDS = 7 * 24 * 3600;

type Rule = (value: unknown) => boolean;

/** What a value must be, in words, and the test for it. */
const rules = {
  userId: ['1 to 255 characters of well-formed text', isText(255)],
  reason: ['1 to 500 characters of well-formed text', isText(500)],
  description: ['1 to 500 characters of well-formed text', isText(500)],
  actor: ['1 to 255 characters of well-formed text', isText(255)],
  action: ['a snake_case name', (value) => typeof value === 'string' && SNAKE_CASE.test(value)],
  units: ['a whole number from 0 to 2^53-1', isWhole(0)],
  credits: ['a whole number from 0 to 2^53-1', isWhole(0)],
  given: ['a whole number from 1 to 2^53-1', isWhole(1)],
  change: ['a whole number other than 0', (value) => Number.isSafeInteger(value) && value !== 0],
  ttlSeconds: [`a whole number from 1 to ${MAX_HOLD_TTL_SECONDS}`, isWhole(1, MAX_HOLD_TTL_SECONDS)],
  id: ['an id', (value) => typeof value === 'string' && UUID.test(value)],
  category: ['signup, paid, promotional or compensation', isOneOf(...GRANT_CATEGORIES)],
  priority: ['a whole number from 0 to 100', isWhole(0, 100)],
  time: [
    'an RFC 3339 time from 1970 to 9999',
    (value) => timeOf(value) >= 0 && timeOf(value) <= LATEST_TIME_MS,
  ],
  limit: ['a whole number from 1 to 200', isWhole(1, 200)],
  plan: ['1 to 64 characters of well-formed text', isText(64)],
  months: ['a whole number from 1 to 120', isWhole(1, 120)],
  timeZone: ['an IANA time zone such as Europe/Berlin', isTimeZone],
  kind: ['a kind of ledger entry', isOneOf(...ENTRY_KINDS)],
} as const satisfies Record<string, readonly [string, Rule]>;

export type InputRule = keyof typeof rules;

type RuleOrNone = InputRule | `${InputRule}?`;

/** What a value of such a name must be, and whether it is, for checks that come before the service's own. */
export function ruleOf(name: InputRule): { words: string; fits: Rule } {
  const [words, fits] = rules[name];
  return { words, fits };
}

/**
 * Check values by the rules of their names; a rule that ends in `?` lets undefined pass.
 *
 * @throws InvalidCreditsInputError naming every value that does not fit
 */
export function requireInput<Values extends object>(
  values: Values,
  rulesOf: { readonly [Path in keyof Values]-?: RuleOrNone },
): void {
  let errors: { path: string; message: string }[] | undefined;
  for (const path in rulesOf) {
    const [value, name] = [values[path], rulesOf[path]];
    if (value === undefined && name.endsWith('?')) continue;
    const { words, fits } = ruleOf((name.endsWith('?') ? name.slice(0, -1) : name) as InputRule);
    if (!fits(value)) (errors ??= []).push({ path, message: `must be ${words}` });
  }
  if (errors !== undefined) throw new InvalidCreditsInputError(errors);
}

/**
 * Of several ways to say how much, at most one is taken: nobody can tell which was meant.
 *
 * @throws InvalidCreditsInputError
 */
export function requireOneAmount(amounts: Record<string, unknown>): void {
  const [first, second] = Object.keys(amounts).filter((name) => amounts[name] !== undefined);
  if (second === undefined) return;
  throw new InvalidCreditsInputError([{ path: second, message: `must not come with ${first}` }]);
}

/**
 * An idempotency key and the fingerprint of the input it came with, as the ledger stores them.
 *
 * @throws IdempotencyKeyInvalidError unless 1 to 255 printable ASCII characters
 */
export function keyed(key: string | undefined, input: unknown[]): { key?: string; fingerprint?: string } {
  if (key === undefined) return {};
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new IdempotencyKeyInvalidError('An idempotency key is 1 to 255 printable ASCII characters.');
  }
  return { key, fingerprint: fingerprint(input, 'hex').slice(0, 16) };
}

export function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return isRfc3339(value) ? Date.parse(value) : NaN;
}

export function isUserId(value: unknown): value is string {
  return rules.userId[1](value);
}

/** PostgreSQL stores no NUL and no lone surrogate: refused here, by name, rather than there. */
function isText(maxLength: number): Rule {
  return (value) =>
    typeof value === 'string' &&
    value.length > 0 &&
    hasAtMost(maxLength, value) &&
    value.isWellFormed() &&
    !value.includes('\0');
}

/** Characters as PostgreSQL and JSON Schema count them: one that JavaScript stores in two halves is one. */
function hasAtMost(characters: number, text: string): boolean {
  return text.length <= characters || (text.length <= 2 * characters && [...text].length <= characters);
}

function isWhole(min: number, max: number = Number.MAX_SAFE_INTEGER): Rule {
  return (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** By its name: of an offset from UTC nobody knows when summer begins. */
export function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z][\w+-]*(\/[\w+-]+){0,2}$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isOneOf(...allowed: string[]): Rule {
  return (value) => typeof value === 'string' && allowed.includes(value);
}
