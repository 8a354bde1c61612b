import type { Call } from '../../../client/send.js';
import { client } from './client.js';

/** The parsed answer of a route, asked for once: who shows it shows the trouble too, and tries again. @throws Refusal, Unreachable */
export function call<T>(path: string, options: Call = {}): Promise<T> {
  return client.call<T>(path, { tries: 1, ...options });
}

/** The answer itself, where its body is not JSON. @throws Refusal, Unreachable */
export function request(path: string, options: Call = {}): Promise<Response> {
  return client.request(path, { tries: 1, ...options });
}
