import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { HoldKeeper } from '../../src/credits/upkeep/hold-keeper.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { bootForeignApp, type Adapter, type ForeignApp, type ForeignOptions } from './foreign-app.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { credits?: Record<string, unknown> };
}

export interface PostOptions {
  user?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * A foreign app on a database of its own, and a bookkeeper who looks at the same database from outside. After
 * every test nothing of its customers is held and the books agree; in the end no hold is kept alive.
 */
export class Gate {
  foreign!: ForeignApp;
  books!: OpenCredits;
  #database!: TestDatabase;
  #customers: string[] = [];

  static onEach(adapter: Adapter, options: ForeignOptions = {}): Gate {
    const gate = new Gate();
    beforeAll(() => gate.open(adapter, options));
    afterEach(() => gate.expectNothingLeft());
    afterAll(() => gate.close());
    return gate;
  }

  get databaseUrl(): string {
    return this.#database.url;
  }

  async open(adapter: Adapter, options: ForeignOptions): Promise<void> {
    this.#database = await createTestDatabase();
    this.books = await openCredits(this.#database.url);
    this.foreign = await bootForeignApp(this.#database.url, adapter, options);
  }

  async post(path: string, { user, body = {}, headers, signal }: PostOptions = {}): Promise<Answer> {
    const response = await fetch(`${this.foreign.url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(user && { 'x-user': user }), ...headers },
      body: JSON.stringify(body),
      signal,
    });
    const answer = (await response.json()) as Answer['body'];
    return { status: response.status, headers: response.headers, body: answer };
  }

  async customer(credits: number): Promise<string> {
    const userId = `customer-${randomUUID()}`;
    this.#customers.push(userId);
    await this.books.credits.grant({ userId, credits, reason: 'bought', actor: 'test' });
    return userId;
  }

  /** What a user owns, what of it is held, and the charges so far: the newest first. */
  async wallet(userId: string): Promise<{ balance: number; held: number; charges: number[] }> {
    const { balance, held } = await this.books.credits.balance(userId);
    const { data } = await this.books.credits.history(userId, { kind: 'charge' });
    return { balance, held, charges: data.map(({ amount }) => amount) };
  }

  async holds(userId: string): Promise<{ id: string; state: string; reason: string | null; age: number }[]> {
    return this.books.dataSource.query(
      `SELECT id, state, reason, extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
         FROM credits.holds WHERE user_id = $1 ORDER BY created_version`,
      [userId],
    );
  }

  async orders(title: string): Promise<number> {
    const rows = await this.books.dataSource.query<unknown[]>('SELECT FROM orders WHERE title = $1', [title]);
    return rows.length;
  }

  /** What is released after the answer is released within a moment of it, far below any hold's lifetime. */
  async expectUntouched(userId: string, balance: number): Promise<void> {
    await until(async () => (await this.wallet(userId)).held === 0);
    expect(await this.wallet(userId)).toEqual({ balance, held: 0, charges: [] });
  }

  async expectNothingLeft(): Promise<void> {
    for (const userId of this.#customers.splice(0)) {
      await until(async () => (await this.holds(userId)).every(({ state }) => state !== 'held'));
    }
    await this.books.check();
  }

  async close(): Promise<void> {
    const stillKept = this.foreign.app.get(HoldKeeper).size;
    await this.foreign.close();
    await this.books.close();
    await this.#database.drop();
    expect(stillKept).toBe(0);
  }
}
