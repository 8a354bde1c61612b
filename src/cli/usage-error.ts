import { EXIT_USAGE } from '../config/exit-codes.js';
import { StartError } from '../config/start-error.js';

/** The command does not know its arguments. */
export class UsageError extends StartError {
  constructor(message: string) {
    super(message, EXIT_USAGE);
  }
}
