import { backOff, pause } from './pause.js';
import { CreditsProblem, Unreachable, problemFrom } from './problem.js';

/** Node’s types know no caches. */
const ASKED_ANEW: object = { cache: 'no-store' };

export interface Call {
  /** Default GET, or POST with something to send. */
  method?: string;
  /** To be sent as JSON. */
  json?: unknown;
  /** To be sent as it is: a form with a file, a text. */
  body?: RequestInit['body'];
  headers?: Record<string, string>;
  /** Of whatever is not a GET: default a new one. The same for every try, also of a later call that continues this one. */
  idempotencyKey?: string;
  /** A dearer price is refused instead of charged. */
  maxCredits?: number;
  signal?: AbortSignal;
  /** How often to ask at most, while no answer comes or the server says to come back; default 5. */
  tries?: number;
}

export interface Sender {
  fetch: typeof fetch;
  /** Asked anew for every try: a token may have been renewed. */
  headers(): Promise<Record<string, string>>;
}

const TRIES = 5;
const LONGEST_PAUSE_MS = 8_000;
/** Longer than that nobody waits before a page; it is said, and somebody decides. */
const LONGEST_RETRY_AFTER_S = 60;

/**
 * Asks until there is an answer that stays, and hands it to `use`. What is not a GET has one idempotency key for all
 * tries, so it happens once, whatever became of the answers. `use` belongs to the try: a body that breaks off is none.
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

/** By its name: a fetch that somebody brought has a TypeError of its own. */
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

/** A stream was read when it was sent. */
function isRepeatable({ body }: Call): boolean {
  return !(body instanceof ReadableStream);
}

/** Null: asking again would not help. */
function pauseAfter(trouble: unknown, failures: number): number | null {
  const ms = backOff(failures, LONGEST_PAUSE_MS);
  if (trouble instanceof Unreachable) return ms;
  if (!(trouble instanceof CreditsProblem) || !trouble.passes) return null;
  const seconds = trouble.retryAfterSeconds ?? 0;
  return seconds > LONGEST_RETRY_AFTER_S ? null : Math.max(ms, seconds * 1_000);
}

/** Undefined: it is no JSON, as what a proxy says. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
