import { EXIT_USAGE } from '../config/exit-codes.js';
import { StartError } from '../config/start-error.js';

/** The command was called in a way it does not know. */
export class UsageError extends StartError {
  constructor(message: string) {
    super(message, EXIT_USAGE);
  }
}
