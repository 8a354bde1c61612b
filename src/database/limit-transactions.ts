import type { Client } from 'pg';

/** How TypeORM begins one. */
const BEGINNING = /^START TRANSACTION/;

/** Sets time limits for each transaction, in the round trip that begins it, where none can be set for a connection. */
export function limitTransactions(client: Client, limits: Record<string, number>): void {
  const query = client.query.bind(client) as (text: unknown, ...rest: unknown[]) => unknown;
  const settings = Object.entries(limits).map(([name, value]) => `SET LOCAL ${name} = ${value}`);
  const limited = (text: unknown, ...rest: unknown[]): unknown =>
    query(typeof text === 'string' && BEGINNING.test(text) ? [text, ...settings].join('; ') : text, ...rest);
  client.query = limited as Client['query'];
}
