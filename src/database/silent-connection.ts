import type { Client } from 'pg';

/** The message of node-postgres if no answer came within `query_timeout`. */
const NO_ANSWER = 'Query read timeout';

/**
 * Hang up on a server that does not answer. The driver alone would give up the statement and keep the connection. A
 * ROLLBACK would wait behind the statement and be given up as well, and the connection's next user would find
 * somebody else's transaction open in it. A closed connection takes its transaction along.
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
