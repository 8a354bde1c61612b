import { backOff, pause } from './pause.js';
import { CreditsProblem, Unreachable, problemFrom } from './problem.js';

/** Node’s types know no caches. */
const ASKED_ANEW: object = { cache: 'no-store' };

export interface Call {
  /** Default GET, or POST if there is something to send. */
  method?: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is: a form with a file, a text. */
  body?: RequestInit['body'];
  headers?: Record<string, string>;
  /** One key for all tries; by default a new one, unless it is a GET. Pass the old key to repeat an earlier call. */
  idempotencyKey?: string;
  /** A price above this is refused instead of charged. */
  maxCredits?: number;
  signal?: AbortSignal;
  /** How many tries there are at most, if no answer comes or the server says to try again; default 5. */
  tries?: number;
}

export interface Sender {
  fetch: typeof fetch;
  /** Called for every try: the token may have been renewed. */
  headers(): Promise<Record<string, string>>;
}

const TRIES = 5;
const LONGEST_PAUSE_MS = 8_000;
/** Nobody waits longer than this in front of a page: then the call rejects, and the user decides. */
const LONGEST_RETRY_AFTER_S = 60;

/**
 * Sends a request until there is a final answer, and passes that to `use`. A request that is not a GET has one idempotency
 * key for all tries, so it happens once even if answers are lost. `use` is part of a try: if the body breaks off in it, the
 * try has failed.
 *
 * @throws CreditsProblem, Unreachable
 */
export async function send<T>(
  sender: Sender,
  url: string,
  call: Call,
  use: (response: Response) => Promise<T>,
): Promise<T> {
  const { tries = TRIES, signal } = call;
  const init = initOf(call);
  for (let failures = 0; ;) {
    try {
      return await use(await once(sender, url, init));
    } catch (error) {
      signal?.throwIfAborted();
      const trouble = isOfTheNetwork(error) ? new Unreachable(error) : error;
      const ms = pauseAfter(trouble, failures++);
      if (ms === null || failures >= tries || !isRepeatable(call)) throw trouble;
      await pause(ms, signal);
      signal?.throwIfAborted();
    }
  }
}

export function newKey(): string {
  // Where a page came without TLS there is no randomUUID.
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join('-');
}

/** Compares names: a `fetch` from elsewhere may have a TypeError class of its own. */
function isOfTheNetwork(error: unknown): boolean {
  return ['TypeError', 'NetworkError'].includes((error as Error | undefined)?.name ?? '');
}

async function once(sender: Sender, url: string, init: Init): Promise<Response> {
  const headers = { ...init.headers, ...(await sender.headers()) };
  const response = await sender.fetch(url, { ...init, headers, ...ASKED_ANEW });
  if (response.ok) return response;
  const text = await response.text();
  throw problemFrom(response.status, parsed(text), response.headers.get('retry-after'));
}

type Init = RequestInit & { headers: Record<string, string> };

function initOf({ json, body, headers, maxCredits, signal, ...call }: Call): Init {
  const { method = json === undefined && body === undefined ? 'GET' : 'POST' } = call;
  const { idempotencyKey = method === 'GET' ? undefined : newKey() } = call;
  return {
    method,
    ...(signal && { signal }),
    ...(json !== undefined ? { body: JSON.stringify(json) } : { body }),
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(maxCredits !== undefined && { 'x-max-credits': String(maxCredits) }),
      ...headers,
    },
  };
}

/** A stream is used up once it was sent. */
function isRepeatable({ body }: Call): boolean {
  return !(body instanceof ReadableStream);
}

/** In milliseconds; null: another try would not help. */
function pauseAfter(trouble: unknown, failures: number): number | null {
  const ms = backOff(failures, LONGEST_PAUSE_MS);
  if (trouble instanceof Unreachable) return ms;
  if (!(trouble instanceof CreditsProblem) || !trouble.passes) return null;
  const seconds = trouble.retryAfterSeconds ?? 0;
  return seconds > LONGEST_RETRY_AFTER_S ? null : Math.max(ms, seconds * 1_000);
}

/** undefined if it is not JSON, like the error pages of proxies. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
