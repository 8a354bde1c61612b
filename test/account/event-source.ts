import type { JWTPayload } from 'jose';
import { get, type IncomingMessage } from 'node:http';
import { signedIn } from '../support/app.js';
import type { Changes } from '../../src/account/history.js';
import { until } from '../support/until.js';

export interface BalanceEvent {
  balance: number;
  version: number;
  source: string;
}

/** A client that listens to its balance. */
export class EventSource {
  readonly events: BalanceEvent[] = [];
  /** Where it asked for them. */
  readonly changes: Changes[] = [];
  isOver = false;

  private constructor(readonly response: IncomingMessage) {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop()!;
      for (const part of parts) this.#hear(part);
    });
    response.on('error', () => undefined);
    response.on('close', () => (this.isOver = true));
  }

  static async open(url: string, user: string, claims?: JWTPayload, query = ''): Promise<EventSource> {
    const headers = await signedIn(user, claims);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/api/credits/stream${query}`, { headers, agent: false }, resolve).on('error', reject);
    });
    return new EventSource(response);
  }

  get latest(): BalanceEvent | undefined {
    return this.events.at(-1);
  }

  /** Milliseconds until it has heard of that balance. */
  async hears(balance: number): Promise<number> {
    const since = performance.now();
    await until(() => this.latest?.balance === balance);
    return performance.now() - since;
  }

  close(): void {
    this.response.destroy();
  }

  #hear(part: string): void {
    if (part.startsWith(':')) return;
    const [, event, data] = /^event: (balance|changes)\nid: \d+\ndata: (.*)$/.exec(part)!;
    if (event === 'balance') this.events.push(JSON.parse(data!) as BalanceEvent);
    else this.changes.push(JSON.parse(data!) as Changes);
  }
}
