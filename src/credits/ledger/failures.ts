/** The ledger could not be asked, or its answer was lost: whether the operation happened is unknown. */
export class LedgerUnavailableError extends Error {
  override name = 'LedgerUnavailableError';
}

/** The operation was refused before it was tried: nothing happened. */
export class LedgerOverloadedError extends Error {
  override name = 'LedgerOverloadedError';
}

const LOCK_NOT_AVAILABLE = '55P03';
/**
 * SQLSTATE classes and codes that say nothing about the operation itself but about the server or the moment:
 * connection, resources, operator intervention (57, a statement timeout too), system errors.
 */
const SERVER_TROUBLE = /^(08|53|57|58|XX|25006)/;

/** The SQLSTATE of an error that the server answered, if it is one. */
export function sqlStateOf(error: unknown): string | undefined {
  // A severity tells what the server said from what Node did: EPIPE looks like an SQLSTATE too.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === LOCK_NOT_AVAILABLE;
}

/** The server said no to this statement and undid it; another statement may well succeed. */
export function isRolledBack(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !SERVER_TROUBLE.test(state);
}
