import { SQLSTATE } from './sqlstate.js';

/**
 * What went wrong, told apart once for every route and every call:
 *
 *   trouble   the server, the network, the driver or the moment: the same statement may succeed later      503
 *   fault     everything else: a column that is not there, a constraint, a bug. Trying again does not help 500
 */
export type Trouble = 'credits_unavailable' | 'overloaded';

/** The ledger could not be asked, or its answer was lost: whether the operation happened is unknown. */
export class LedgerUnavailableError extends Error {
  override name = 'LedgerUnavailableError';
  readonly code: Trouble = 'credits_unavailable';
}

/** The operation was refused before it was tried: nothing happened. */
export class LedgerOverloadedError extends Error {
  override name = 'LedgerOverloadedError';
  readonly code: Trouble = 'overloaded';
}

/**
 * SQLSTATE classes and codes that speak of the server or of the moment: connection (08), who may connect and to what
 * (28, 3D), deadlock and serialization (40), resources (53), operator (57, a statement timeout too), system (58, XX),
 * read-only, a transaction that was open for too long (25P03, 25P04), a lock that did not come.
 */
const SERVER_TROUBLE = /^(08|28|3D|40|53|57|58|XX|25006|25P03|25P04|55P03)/;

/** With one of these the server ends the connection or refuses it, whatever the code beside it says. */
export const CONNECTION_IS_OVER = /^(FATAL|PANIC)$/;

/** The codes of Node for a network, or a database server, that is away. */
const NETWORK_TROUBLE =
  /^(E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|NOTCONN|PROTO)|ERR_SOCKET_CLOSED|ERR_STREAM_DESTROYED|(ERR_TLS|ERR_SSL|CERT)_\w+)$/;

/** This machine has no room left: on the disk, or for another open file. */
const NO_ROOM = /^(ENOSPC|EDQUOT|EMFILE|ENFILE|ENOMEM)$/;

/**
 * node-postgres and TypeORM throw these without a code. TypeORM's "already released" is what a transaction hears from
 * its next statement after its connection broke between two of them.
 */
const DRIVER_TROUBLE =
  /^(Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|There was an error establishing an SSL connection|Cannot use a pool after calling end|Driver not Connected|Query runner already released|Database connection provided by a query runner was already released)/;

const DEEPEST = 8;

type Link = { code?: unknown; severity?: unknown; message?: unknown; cause?: unknown; driverError?: unknown };

/**
 * Trouble that passes by itself, whatever was asked for; undefined: a fault. Looks through what wraps the driver's
 * error, and by shape instead of class: an error may come from another realm than ours.
 */
export function troubleOf(error: unknown): Trouble | undefined {
  let link = error as Link | null | undefined;
  for (let depth = 0; typeof link === 'object' && link !== null && depth < DEEPEST; depth += 1) {
    const trouble = troubleOfLink(link);
    if (trouble !== undefined) return trouble;
    link = (link.driverError ?? link.cause) as Link | undefined;
  }
  return undefined;
}

function troubleOfLink(link: Link): Trouble | undefined {
  const { code, severity, message } = link;
  if (code === 'overloaded' || code === 'credits_unavailable') return code;
  if (typeof code === 'string') {
    if (NO_ROOM.test(code)) return 'overloaded';
    if (NETWORK_TROUBLE.test(code)) return 'credits_unavailable';
    if (/^[0-9A-Z]{5}$/.test(code) && SERVER_TROUBLE.test(code)) return 'credits_unavailable';
  }
  if (typeof severity === 'string' && CONNECTION_IS_OVER.test(severity)) return 'credits_unavailable';
  return typeof message === 'string' && DRIVER_TROUBLE.test(message) ? 'credits_unavailable' : undefined;
}

export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === SQLSTATE.lockNotAvailable;
}

/** The server said no to this statement and undid it; another statement may well succeed. */
export function isRolledBack(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === undefined) return false;
  return state.startsWith('40') || state === SQLSTATE.lockNotAvailable || troubleOf(error) === undefined;
}

/** No connection was to be had, so nothing was asked. */
const NOT_CONNECTED =
  /^Not connected: |^timeout exceeded when trying to connect|^timeout expired|due to connection timeout$|^connect E|^getaddrinfo |^Cannot use a pool after/;

/** The statement may be committed now or later, whatever its caller was told. */
export function mayHaveHappened(error: unknown): boolean {
  return !isRolledBack(error) && !NOT_CONNECTED.test((error as Error).message);
}

/** The SQLSTATE of an error that the server answered, if it is one. */
export function sqlStateOf(error: unknown): string | undefined {
  // A severity tells what the server said from what Node did: EPIPE looks like an SQLSTATE too.
  const { code, severity } = (error ?? {}) as Link;
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}
