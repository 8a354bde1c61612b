import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { DeclinedError } from './stripe-plans-double.js';
import { until } from './until.js';

/** What goes wrong with requests that match, so many times. */
export interface Trouble {
  /** `POST /v1/refunds` */
  request: RegExp;
  times: number;
  kind: 'slow' | 'late' | '429' | 'refused' | '500 before' | '500 after' | 'cut off after';
}

/** Stripe's API over HTTP: idempotency keys, and the troubles that a test makes on the way. What it answers is `do`. */
export abstract class StripeDoubleServer {
  /** Every request that came, `POST /v1/refunds`. */
  readonly asked: string[] = [];
  troubles: Trouble[] = [];
  url = '';
  readonly #keys = new Map<string, { body: string; answer: object }>();
  #held: (() => void)[] = [];
  #watchers: { request: RegExp; when: 'asked' | 'answered'; seen: () => void }[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  protected abstract do(name: string, url: URL, body: URLSearchParams): object;

  /** Until such a request comes, or is answered. */
  until(request: RegExp, when: 'asked' | 'answered'): Promise<void> {
    return new Promise((seen) => this.#watchers.push({ request, when, seen }));
  }

  #noted(name: string, now: 'asked' | 'answered'): void {
    for (const { request, when, seen } of this.#watchers) if (when === now && request.test(name)) seen();
  }

  /** Until somebody's answer is being kept back. */
  isAsked(): Promise<void> {
    return until(() => this.#held.length > 0);
  }

  /** The answers that were kept back. */
  letGo(): void {
    for (const go of this.#held.splice(0)) go();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const name = `${request.method} ${url.pathname}`;
    const body = await text(request);
    this.asked.push(name);
    this.#noted(name, 'asked');
    const trouble = this.troubles.find(({ request: matches, times }) => times > 0 && matches.test(name));
    if (trouble !== undefined) trouble.times -= 1;
    const kind = trouble?.kind;
    if (kind === 'slow') await delay(6_000, undefined, { ref: false });
    const early = { '429': 429, '500 before': 500, refused: 400 }[kind as string];
    if (early !== undefined) return answer(response, early, problem(early));
    try {
      const done = this.#once(request, name, url, new URLSearchParams(body));
      // Its answer is what was true then, and comes when the test lets it go.
      if (kind === 'late') await new Promise<void>((resolve) => this.#held.push(resolve));
      if (kind === 'cut off after') return void response.destroy();
      if (kind === '500 after') return answer(response, 500, problem(500));
      answer(response, 200, done);
      this.#noted(name, 'answered');
    } catch (error) {
      if (error instanceof DeclinedError) return answer(response, 402, DECLINED);
      const { message } = error as Error;
      const isMissing = message.startsWith('No such');
      const code = isMissing ? { code: 'resource_missing' } : {};
      answer(response, isMissing ? 404 : 400, { error: { type: 'invalid_request_error', message, ...code } });
    }
  }

  /** An idempotency key is remembered with what was asked, and answered again. */
  #once(request: IncomingMessage, name: string, url: URL, body: URLSearchParams): object {
    const key = request.headers['idempotency-key'] as string | undefined;
    const known = key === undefined || request.method === 'GET' ? undefined : this.#keys.get(key);
    if (known !== undefined) {
      if (known.body !== String(body))
        throw new Error('Keys for idempotent requests can only be used with the same parameters');
      return known.answer;
    }
    const done = structuredClone(this.do(name, url, body));
    if (key !== undefined) this.#keys.set(key, { body: String(body), answer: done });
    return done;
  }
}

function problem(status: number): object {
  const type = status === 400 ? 'invalid_request_error' : 'api_error';
  return { error: { type, message: `The double says ${status}` } };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const DECLINED = { error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' } };
