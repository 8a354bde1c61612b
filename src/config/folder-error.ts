import { ConfigurationError, type StartError, UnavailableError } from './start-error.js';

/** As in the ledger's list of failures, from which this cannot import: the embedded server starts without Nest's packages. */
const NO_ROOM = /^(ENOSPC|EDQUOT|EMFILE|ENFILE|ENOMEM)$/;

/** For a folder or file that cannot be used: a full disk may have room later; anything else, somebody has to change. */
export function folderError(message: string, cause: NodeJS.ErrnoException): StartError {
  const Refusal = NO_ROOM.test(cause.code ?? '') ? UnavailableError : ConfigurationError;
  return new Refusal(`${message} (${cause.code})`, { cause });
}
