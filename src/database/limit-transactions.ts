import type { Client } from 'pg';

/** The statement with which TypeORM begins a transaction. */
const BEGINNING = /^START TRANSACTION/;

/** Sets time limits for each transaction, in the round trip that begins it, if none can be set for the connection. */
export function limitTransactions(client: Client, limits: Record<string, number>): void {
  const query = client.query.bind(client) as (text: unknown, ...rest: unknown[]) => unknown;
  const settings = Object.entries(limits).map(([name, value]) => `SET LOCAL ${name} = ${value}`);
  const limited = (text: unknown, ...rest: unknown[]): unknown =>
    query(typeof text === 'string' && BEGINNING.test(text) ? [text, ...settings].join('; ') : text, ...rest);
  client.query = limited as Client['query'];
}
