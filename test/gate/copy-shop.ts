import { beforeAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Answers } from '../../src/credits/gate/answers.js';
import { until } from '../support/until.js';
import type { Adapter, ForeignApp, ForeignOptions } from './foreign-app.js';
import { Gate } from './gate-harness.js';
import { CopyController } from './keyed-controllers.js';

export const KEY = 'key-0001';

/** An answer as its bytes, for comparing one with another, and what a client learns about its key. */
export interface KeyedAnswer {
  bytes: string;
  status: number;
  code: string | undefined;
  replayed: boolean;
  retryAfter: string | null;
}

export interface KeyedRequest {
  user: string;
  key?: string;
  /** The JSON to send … */
  body?: object;
  /** … or the file, as multipart with a boundary of its own each time. */
  file?: string;
  /** Default: the gate's own app. */
  at?: ForeignApp;
}

/** A foreign app whose requests come with an `Idempotency-Key`. */
export class CopyShop {
  gate: Gate;

  static onEach(adapter: Adapter, options: ForeignOptions = {}): CopyShop {
    const shop = new CopyShop();
    shop.gate = Gate.onEach(adapter, { controllers: [CopyController], ...options });
    // Its first connections take longer than a ledger waits on a busy machine.
    beforeAll(() => until(async () => (await shop.send('copies', { user: 'somebody' })).status === 402));
    return shop;
  }

  async send(
    path: string,
    { user, key = KEY, body = { text: 'hello' }, file, at = this.gate.foreign }: KeyedRequest,
  ): Promise<KeyedAnswer> {
    const boundary = randomUUID();
    const [type, bytes] =
      file === undefined
        ? ['application/json', JSON.stringify(body)]
        : [
            `multipart/form-data; boundary=${boundary}`,
            `--${boundary}\r\n\r\n${file}\r\n--${boundary}--\r\n`,
          ];
    const headers = { 'content-type': type, 'x-user': user, 'idempotency-key': key };
    const response = await fetch(`${at.url}/${path}`, {
      method: 'POST',
      headers,
      body: bytes,
    });
    const text = await response.text();
    const charged = response.headers.get('x-credits-charged');
    return {
      bytes: [response.status, response.headers.get('content-type'), charged, text].join('\n'),
      status: response.status,
      code: (JSON.parse(text) as { code?: string }).code,
      replayed: response.headers.get('idempotent-replayed') === 'true',
      retryAfter: response.headers.get('retry-after'),
    };
  }

  get answers(): Answers {
    return this.gate.foreign.app.get(Answers);
  }

  /** The keys of a user that have an answer, or a claim. */
  async keysOf(user: string): Promise<unknown[]> {
    return this.gate.books.dataSource.query('SELECT key, status FROM credits.answers WHERE user_id = $1', [
      user,
    ]);
  }
}
