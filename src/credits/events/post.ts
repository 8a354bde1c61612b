import { createHmac } from 'node:crypto';
import type { Receiver } from './receiver.js';
import type { Attempt, CreditsEvent } from './event.js';

export const ATTEMPT_LIMIT_MS = 15_000;

/**
 * One attempt to post an event, signed as Standard Webhooks wants it. Success is a status of 2xx and nothing else; the
 * answer's body is not read. A redirect is not followed: it would carry facts about a user to an address that the
 * operator never named, perhaps one inside their own network.
 */
export async function post(
  { url, secrets }: Receiver,
  { id, ...body }: CreditsEvent,
  stop: AbortSignal,
): Promise<Attempt> {
  const text = JSON.stringify(body);
  const limit = AbortSignal.timeout(ATTEMPT_LIMIT_MS);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([limit, stop]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'creditgate',
        ...signed(id, text, secrets),
      },
      body: text,
    });
    response.body?.cancel().catch(() => undefined);
    return attemptOf(response);
  } catch (error) {
    if (limit.aborted) return { result: 'timeout', outcome: `no answer within ${ATTEMPT_LIMIT_MS / 1000} s` };
    return { result: 'unreachable', outcome: networkFault(error) };
  }
}

/** https://github.com/standard-webhooks/standard-webhooks: while a secret is replaced, one signature for each. */
function signed(id: string, text: string, secrets: readonly Buffer[]): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const signatureBy = (secret: Buffer) =>
    `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${text}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(signatureBy).join(' '),
  };
}

function attemptOf({ ok, status, headers }: Response): Attempt {
  const outcome = String(status);
  if (ok) return { result: 'delivered', outcome };
  if (status === 410) return { result: 'gone', outcome };
  if (status >= 300 && status < 400) return { result: 'redirected', outcome: `${outcome}, not followed` };
  const seconds = Number(headers.get('retry-after'));
  return { result: 'refused', outcome, ...(seconds > 0 && { retryAfterSeconds: seconds }) };
}

/** The code alone: what else is said may name addresses. */
function networkFault(error: unknown): string {
  const { code, name } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return code ?? name;
}
