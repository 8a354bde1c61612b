import type { Client } from 'pg';

/** What node-postgres says when no answer came within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';

/**
 * Hang up on a server that does not answer. The driver alone gives up the statement and keeps the connection, so
 * that a ROLLBACK waits behind it, is given up as well, and the next user of that connection finds
 * somebody else's transaction open in it. A connection that is closed takes its transaction along.
 */
export function hangUpOnSilence(client: Client): void {
  const query = client.query.bind(client) as (...call: unknown[]) => unknown;
  const impatiently = (...call: unknown[]): unknown => {
    const answer = query(...call);
    if (answer instanceof Promise) {
      answer
        .catch((error: Error) => (error.message === NO_ANSWER ? client.end() : undefined))
        .catch(() => undefined);
    }
    return answer;
  };
  client.query = impatiently as Client['query'];
}
