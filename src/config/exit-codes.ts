// What the process says when it cannot start, in the numbers of sysexits.h that supervisors understand:
// 78 means "do not restart me, somebody has to change something", 69 means "try me again later", 64 that a
// command was called with arguments it does not know, 65 that a file it was given is wrong.

export const EXIT_USAGE = 64;
export const EXIT_DATA = 65;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_CONFIGURATION = 78;

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
