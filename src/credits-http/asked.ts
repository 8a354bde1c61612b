import { InvalidCreditsInputError, isRfc3339, type HostRequest } from '../credits/index.js';

/**
 * Reads and validates the input of a request without Nest's pipes: which pipes a host has, and what they do to a class of
 * ours, is not ours to know. Unknown parameters and members are refused.
 */
export const INPUTS = {
  balance: ['refresh'],
  stream: ['changes'],
  quote: ['action', 'units', 'measured'],
  history: ['limit', 'cursor', 'kind', 'action', 'from', 'to'],
  holds: ['state', 'limit', 'cursor'],
  usage: ['from', 'to', 'groupBy'],
} as const;

type Fault = { path: string; message: string };

/** The parameters of a query, each of them once. @throws InvalidCreditsInputError */
export function queryOf<Name extends string>(
  request: HostRequest,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const query = membersOf((request as { query?: unknown }).query ?? {}, names);
  const repeated = names.find((name) => query[name] !== undefined && typeof query[name] !== 'string');
  if (repeated !== undefined) throw refused({ path: repeated, message: 'must be given once' });
  return query as Partial<Record<Name, string>>;
}

/** The members of a JSON object. @throws InvalidCreditsInputError */
export function bodyOf<Name extends string>(
  request: HostRequest,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  return membersOf((request as { body?: unknown }).body, names);
}

function membersOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused({ path: 'body', message: 'must be an object' });
  const stranger = Object.keys(value).find((name) => !(names as readonly string[]).includes(name));
  if (stranger !== undefined) throw refused({ path: stranger, message: 'should not exist' });
  return value;
}

/** Only digits are a number: not `1e2`, not `0x10`. NaN for anything else, which the caller's own check refuses. */
export function digitsIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}

/** @throws InvalidCreditsInputError */
export function requireOneOf<T extends string>(
  path: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined || (allowed as readonly string[]).includes(value)) return value as T | undefined;
  throw refused({ path, message: `must be one of ${allowed.join(', ')}` });
}

/** One or several, with commas between. @throws InvalidCreditsInputError */
export function requireSomeOf<T extends string>(
  path: string,
  value: string | undefined,
  allowed: readonly T[],
): T[] | undefined {
  return value?.split(',').map((one) => requireOneOf(path, one, allowed)!);
}

/** @throws InvalidCreditsInputError */
export function requireTimes(times: Record<string, string | undefined>): void {
  const wrong = Object.keys(times).find((path) => times[path] !== undefined && !isRfc3339(times[path]));
  if (wrong !== undefined) throw refused({ path: wrong, message: 'must be an RFC 3339 time' });
}

/** `X-Min-Balance-Version`. @throws InvalidCreditsInputError */
export function minVersionOf(request: HostRequest): number | undefined {
  const { headers } = request as { headers: Record<string, string | undefined> };
  const version = digitsIn(headers['x-min-balance-version']);
  if (version === undefined || Number.isSafeInteger(version)) return version;
  throw refused({ path: 'X-Min-Balance-Version', message: 'must be a whole number from 0 to 2^53-1' });
}

function refused(fault: Fault): InvalidCreditsInputError {
  return new InvalidCreditsInputError([fault]);
}
