import { ConfigurationError, StartError, UnavailableError } from '../config/start-error.js';
import { troubleOf } from '../credits/index.js';
import { SQLSTATE } from '../credits/plumbing.js';

/** Faults that an operator can mend, by the name of their class or their code. */
const CONFIGURATION_FAULTS = [
  'SchemaTooNewError',
  'SchemaTakenError',
  'OtherGroupsError',
  'MissingRightError',
  'UnpricedActionError',
  'UnmeasuredActionError',
  'InvalidMeasureError',
  'TwoGatesError',
  'EACCES',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
];

/** The reason why the program did not start, as one line and an exit code; a bug keeps its stack. */
export function startErrorOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof StartError) return error;
  const { name, code, message, stack, cause, port } = error as NodeJS.ErrnoException & { port?: number };
  if (name === 'BucketError')
    return new ConfigurationError(`S3_BUCKET cannot be used: ${(cause as Error).message}`);
  if (name === 'BucketAwayError')
    return new UnavailableError('S3_ENDPOINT: the object store does not answer');
  if (code === 'EADDRINUSE') return new UnavailableError(portInUse(port));
  if (CONFIGURATION_FAULTS.includes(name) || CONFIGURATION_FAULTS.includes(code ?? '')) {
    return new ConfigurationError(message);
  }
  if (code === SQLSTATE.insufficientPrivilege)
    return new ConfigurationError(`The database lacks a right for this role: ${message}`);
  // This can happen between any two statements of the start: the last connection is taken, the server restarts, a
  // disk is full.
  const trouble = troubleOf(error);
  if (trouble === 'credits_unavailable')
    return new UnavailableError(`The database cannot be used now: ${message}`);
  if (trouble === 'overloaded') return new UnavailableError(message);
  return { message: stack ?? String(error), exitCode: 1 };
}

function portInUse(port: number | undefined): string {
  const next = port === undefined || port >= 65_535 ? 3001 : port + 1;
  return `PORT: another program listens there already; try PORT=${next} npm start`;
}
