import { ConfigurationError } from '../config/start-error.js';
import { startErrorOf } from '../database/start-error-of.js';
import { SQLSTATE } from '../credits/plumbing.js';

/** Reports an error as one line on standard error and an exit code. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const { message, exitCode } = startErrorOf(asRefusal(error));
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  });
}

function asRefusal(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  return code === SQLSTATE.insufficientPrivilege
    ? new ConfigurationError(`DATABASE_URL must be that of the owner of the tables: ${message}`, {
        cause: error,
      })
    : error;
}
