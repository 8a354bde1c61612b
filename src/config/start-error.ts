import { troubleOf } from '../credits/index.js';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE } from './exit-codes.js';

/** A reason not to start. The message is one line for the operator and never contains a value or a secret. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(
      message
        .replace(/\s+/g, ' ')
        .replace(/[\p{Cc}\p{Cf}]/gu, '?')
        .trim(),
      options,
    );
    this.name = new.target.name;
  }
}

/** Somebody has to change the configuration or the server; starting again as it is cannot help. */
export class ConfigurationError extends StartError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, EXIT_CONFIGURATION, options);
  }
}

/** Something this process needs does not answer (yet). */
export class UnavailableError extends StartError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, EXIT_UNAVAILABLE, options);
  }
}

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

/** PostgreSQL's code. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** Whatever kept the program from starting, as one line and an exit code; a bug keeps its stack. */
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
  if (code === INSUFFICIENT_PRIVILEGE)
    return new ConfigurationError(`The database lacks a right for this role: ${message}`);
  // Between two statements of the start, too: the last connection is taken, the server restarts, a disk is full.
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
