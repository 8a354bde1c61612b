import { EXIT_DATA } from '../config/exit-codes.js';
import { StartError } from '../config/start-error.js';

/** The archive is not a backup, or not whole. */
export class BackupError extends StartError {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The backup cannot be restored: ${reason}. Nothing was restored.`, EXIT_DATA, options);
  }
}

/** Nothing was done, because something would have been lost. */
export class RefusedError extends StartError {
  constructor(reason: string) {
    super(reason, 1);
  }
}
