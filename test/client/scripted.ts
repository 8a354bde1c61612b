import { CreditsClient, type CreditsClientOptions } from '../../src/client/index.js';

export interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** On the clock of `Date.now()`. */
  atMs: number;
}

/** What a server does with one request: answer it, or let it come to nothing. */
export type Step = Response | Error | ((signal: AbortSignal | undefined) => Response | Promise<Response>);

/** A client whose server does one thing after another; the last of them again and again. */
export function scripted(steps: Step[], options: CreditsClientOptions = {}) {
  const sent: Sent[] = [];
  const answer: typeof fetch = async (url, init) => {
    const headers = { ...(init?.headers as Record<string, string>) };
    sent.push({ url: url as string, method: init?.method ?? 'GET', headers, atMs: Date.now() });
    init?.signal?.throwIfAborted();
    const step = steps[Math.min(sent.length, steps.length) - 1]!;
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(init?.signal ?? undefined) : step.clone();
  };
  return { client: new CreditsClient({ fetch: answer, ...options }), sent };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export function problem(status: number, code: string, headers?: Record<string, string>): Response {
  return json({ status, code, detail: `${code}.` }, status, headers);
}

/** As fetch says it. */
export const networkLoss = new TypeError('fetch failed');
