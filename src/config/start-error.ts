import { ConfigurationError, StartError, UnavailableError } from './exit-codes.js';

/** Faults that an operator can mend, by the name of their class or their code. */
const CONFIGURATION_FAULTS = [
  'SchemaTooNewError',
  'MissingRightError',
  'UnpricedActionError',
  'TwoGatesError',
  'EACCES',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
];

/** Whatever kept the program from starting, as one line and an exit code; a bug keeps its stack. */
export function startErrorOf(error: unknown): { message: string; exitCode: number } {
  if (error instanceof StartError) return error;
  const { name, code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new UnavailableError('PORT: another program listens there already');
  if (CONFIGURATION_FAULTS.includes(name) || CONFIGURATION_FAULTS.includes(code ?? '')) {
    return new ConfigurationError(message);
  }
  return { message: stack ?? String(error), exitCode: 1 };
}
