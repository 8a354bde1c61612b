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
  const idle = new Set<ClientBase>();
  const lent = new Set<ClientBase>();
  const unusable = new WeakSet<ClientBase>();
  const known = new WeakSet<ClientBase>();

  const dropAll = () => {
    for (const client of lent) unusable.add(client);
    // A pool lets go of an idle client that reports an error.
    for (const client of [...idle]) client.emit('error', new Error('the server takes no writes'));
  };
  pool.on('acquire', (client) => {
    idle.delete(client);
    lent.add(client);
    if (known.has(client)) return;
    known.add(client);
    wordsOf(client).on('errorMessage', ({ code, severity = '' }: { code?: string; severity?: string }) => {
      // The server is a standby now, or was made read-only.
      if (code === SQLSTATE.readOnly) dropAll();
      if (CONNECTION_IS_OVER.test(severity)) unusable.add(client);
    });
  });
  pool.on('release', (_error, client) => {
    lent.delete(client);
    // A pool keeps no client that is being ended.
    if (unusable.has(client)) void (client as ClientBase & { end(): Promise<void> }).end();
    else idle.add(client);
  });
  pool.on('remove', (client) => {
    idle.delete(client);
    lent.delete(client);
  });
}

/** node-postgres tells here whatever the server says; its type does not mention it. */
function wordsOf(client: ClientBase): EventEmitter {
  return (client as unknown as { connection: EventEmitter }).connection;
}
