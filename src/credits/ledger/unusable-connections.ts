import type { EventEmitter } from 'node:events';
import type { ClientBase, Pool } from 'pg';
import { CONNECTION_IS_OVER } from './failures.js';
import { SQLSTATE } from './sqlstate.js';

/**
 * The pool learns that a connection is gone when its socket closes, and would lend it out once more before. And a
 * session keeps what it was told when it began: one that may not write goes on refusing writes after the server, or
 * another one behind its address, takes them again. So a connection on which the server said goodbye is not used any
 * more, and with the first write that was refused no connection from before it is: idle ones are closed, the others
 * when they are given back.
 */
export function dropUnusable(pool: Pool): void {
  // No sets that each loan enters and leaves, for the reason that Lanes gives.
  const connections = new Map<ClientBase, { isLent: boolean; isUnusable: boolean }>();

  const dropAll = () => {
    for (const [client, connection] of [...connections]) {
      // A pool lets go of an idle client that reports an error.
      if (connection.isLent) connection.isUnusable = true;
      else client.emit('error', new Error('the server takes no writes'));
    }
  };
  const watched = (client: ClientBase) => {
    const known = connections.get(client);
    if (known !== undefined) return known;
    const connection = { isLent: true, isUnusable: false };
    connections.set(client, connection);
    wordsOf(client).on('errorMessage', ({ code, severity = '' }: { code?: string; severity?: string }) => {
      // The server is a standby now, or was made read-only.
      if (code === SQLSTATE.readOnly) dropAll();
      if (CONNECTION_IS_OVER.test(severity)) connection.isUnusable = true;
    });
    return connection;
  };
  pool.on('acquire', (client) => {
    watched(client).isLent = true;
  });
  // One that was lent out before this began is known from here on.
  pool.on('release', (_error, client) => {
    const connection = watched(client);
    connection.isLent = false;
    if (!connection.isUnusable) return;
    connections.delete(client);
    // A pool keeps no client that is being ended.
    void (client as ClientBase & { end(): Promise<void> }).end();
  });
  pool.on('remove', (client) => connections.delete(client));
}

/** node-postgres tells here whatever the server says; its type does not mention it. */
function wordsOf(client: ClientBase): EventEmitter {
  return (client as unknown as { connection: EventEmitter }).connection;
}
