import { session, signOut } from '../state/session.js';
import { Unreachable, refusalOf } from './problem.js';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The parsed answer of a route. @throws Refusal, Unreachable */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The answer itself, where its body is not JSON. @throws Refusal, Unreachable */
export async function request(path: string, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', json, headers, signal } = options;
  const token = session.get()?.token;
  const response = await reach(path, {
    method,
    signal,
    body: json === undefined ? undefined : JSON.stringify(json),
    headers: { ...bearer(), ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  if (response.ok) return response;
  if (response.status === 401) endSession(token);
  const body: unknown = await response.json().catch(() => undefined);
  throw refusalOf(response.status, body, response.headers.get('retry-after'));
}

export function bearer(): Record<string, string> {
  const token = session.get()?.token;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** An answer to a token that was replaced meanwhile says nothing about the new one. */
export function endSession(token: string | undefined): void {
  if (token !== undefined && session.get()?.token === token) {
    signOut('Your session has ended. Sign in again; nothing you had begun is lost.');
  }
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable();
  }
}
