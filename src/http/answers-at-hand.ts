import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { askFirst } from './ask-first.js';
import { RateLimit, callerOfUser } from './rate-limit.js';
import { requestIdOf } from './request-id.js';
import { toHundredths, type RequestRecorder } from './request-log.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** A rendered answer; one object may be sent to many clients. */
export interface AnswerAtHand {
  status: number;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** Undefined: nothing is at hand, or more is needed. It does no input or output, and signs the user in. */
export type FindAnswer = (
  request: IncomingMessage,
) => Promise<{ userId: string; answer: AnswerAtHand } | undefined>;

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  route: string;
  record: RequestRecorder;
}

/**
 * Answers a few very frequent GETs from memory, before Fastify and Nest. The rest of the pipeline is repeated here: id,
 * rate limit, security headers, metric; the log line only at `debug`, because writing it takes longer than answering.
 * docs/design.md has the figure that keeps it.
 */
@Injectable()
export class AnswersAtHand implements OnModuleDestroy {
  readonly #finders = new Map<string, FindAnswer>();
  /** Names and values in turn, as Node takes them. */
  readonly #headers = new WeakMap<AnswerAtHand, string[]>();
  #closing = false;

  constructor(private readonly rateLimit: RateLimit) {}

  /** For `GET path` without a query. */
  add(path: string, find: FindAnswer): void {
    this.#finders.set(path, find);
  }

  /** Goes in front of everything that listens to the server now. */
  serve(server: Server, record: RequestRecorder): void {
    askFirst(server, (request, response) => this.#answers(request, response, record));
  }

  /** From now on Fastify refuses new requests. */
  onModuleDestroy(): void {
    this.#closing = true;
  }

  #answers(
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecorder,
  ): false | Promise<boolean> {
    const { method, url: route = '' } = request;
    const find = this.#finders.get(route);
    if (find === undefined || method !== 'GET' || this.#closing) return false;
    return this.#answerWith(find, { request, response, route, record });
  }

  async #answerWith(find: FindAnswer, { request, response, route, record }: Asked): Promise<boolean> {
    const startedAtMs = performance.now();
    const found = await find(request);
    if (found === undefined) return false;
    const { userId: user, answer } = found;
    const limit = this.rateLimit.count(callerOfUser(user));
    // The full pipeline says so.
    if (limit?.isExceeded === true) return false;
    const id = requestIdOf(request);
    const headers = this.#headersOf(answer).concat('x-request-id', id);
    if (limit !== undefined) {
      headers.push('ratelimit-limit', String(limit.max), 'ratelimit-remaining', String(limit.remaining));
      headers.push('ratelimit-reset', String(limit.resetsInSeconds));
    }
    response.writeHead(answer.status, headers).end(answer.body);
    const ms = toHundredths(performance.now() - startedAtMs);
    record(id, 'debug', { method: 'GET', route, status: answer.status, ms, user });
    return true;
  }

  #headersOf(answer: AnswerAtHand): string[] {
    let headers = this.#headers.get(answer);
    if (headers === undefined) {
      const { body } = answer;
      // Otherwise Node, which is told the headers first, sends it in chunks.
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      headers = Object.entries({ ...SECURITY_HEADERS, ...answer.headers, ...length }).flat();
      this.#headers.set(answer, headers);
    }
    return headers;
  }
}
