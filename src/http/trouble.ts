/**
 * SQLSTATE classes and codes that speak of the server or of the moment and not of the statement: connection (08),
 * resources (53), operator (57, a statement timeout too), system (58, XX), read-only (25006), deadlock and
 * serialization (40), lock timeout (55P03).
 */
const SERVER_TROUBLE = /^(08|53|57|58|XX|40|25006|55P03)/;

/** The codes of Node for a network, or a database server, that is away. */
const NETWORK_TROUBLE =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** This machine has no room left: on the disk, or for another open file. */
const NO_ROOM = /^(ENOSPC|EDQUOT|EMFILE|ENFILE|ENOMEM)$/;

/** node-postgres and TypeORM throw these without a code. */
const DRIVER_TROUBLE =
  /^(Query read timeout|Connection terminated|Client has encountered a connection error|Driver not Connected|Cannot use a pool after calling end)/;
const POOL_EXHAUSTED = /^timeout exceeded when trying to connect/;

type Cause = { code?: unknown; message: string; cause?: Cause } | undefined;

/** Trouble that passes by itself, whatever the request asked for; undefined for everything else. */
export function troubleCodeOf(error: unknown): 'credits_unavailable' | 'overloaded' | undefined {
  // By shape, not by class: an error may come from another realm than ours.
  for (
    let cause = error as Cause, depth = 0;
    cause?.message !== undefined && depth < 5;
    cause = cause.cause, depth += 1
  ) {
    const { code, message } = cause;
    if (POOL_EXHAUSTED.test(message)) return 'overloaded';
    if (typeof code === 'string' && NO_ROOM.test(code)) return 'overloaded';
    if (DRIVER_TROUBLE.test(message)) return 'credits_unavailable';
    if (typeof code === 'string' && (NETWORK_TROUBLE.test(code) || isServerTrouble(code))) {
      return 'credits_unavailable';
    }
  }
  return undefined;
}

function isServerTrouble(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && SERVER_TROUBLE.test(code);
}
