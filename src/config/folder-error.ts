import { troubleOf } from '../credits/index.js';
import { ConfigurationError, type StartError, UnavailableError } from './start-error.js';

/** For a folder or file that cannot be used: a full disk may have room later; anything else, somebody has to change. */
export function folderError(message: string, cause: NodeJS.ErrnoException): StartError {
  const Refusal = troubleOf(cause) === undefined ? ConfigurationError : UnavailableError;
  return new Refusal(`${message} (${cause.code})`, { cause });
}
