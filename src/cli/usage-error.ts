import { EXIT_USAGE, StartError } from '../config/exit-codes.js';

/** The command was called in a way it does not know. */
export class UsageError extends StartError {
  constructor(message: string) {
    super(message, EXIT_USAGE);
  }
}
