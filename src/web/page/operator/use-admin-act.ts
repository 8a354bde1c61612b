import { useRef } from 'preact/hooks';
import { call } from '../api/call.js';
import { Refusal } from '../api/problem.js';

export type Method = 'POST' | 'DELETE';

/**
 * An act that is done once: trying the same again after no answer carries the same key; anything else, and the same
 * thing after an answer, is a new one.
 */
export function useAdminAct<T>(path: string, method: Method): (body: object) => Promise<T> {
  const unanswered = useRef<{ input: string; key: string } | null>(null);
  return async (body) => {
    const input = `${path} ${JSON.stringify(body)}`;
    if (unanswered.current?.input !== input) unanswered.current = { input, key: crypto.randomUUID() };
    const headers = { 'idempotency-key': unanswered.current.key };
    try {
      const answer = await call<T>(path, { method, json: body, headers });
      unanswered.current = null;
      return answer;
    } catch (error) {
      if (error instanceof Refusal && !error.isUnsure) unanswered.current = null;
      throw error;
    }
  };
}
