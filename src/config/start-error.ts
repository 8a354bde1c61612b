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
