import { CreditsError } from './credits.errors.js';

// Mistakes in the host's code. A client cannot help it and gets a 500; the message is for the host's developer.

/** A programming error: an endpoint has two gates, and only one of them would count. */
export class TwoGatesError extends CreditsError {
  constructor(readonly endpoint: string) {
    super(
      'internal',
      `${endpoint} has more than one gate: leave one @RequireCredits() or @Idempotent() (a paid endpoint is repeatable under an Idempotency-Key already).`,
    );
  }
}

/** A programming error: the gate runs before the guard that signs the user in. */
export class LateGuardError extends CreditsError {
  constructor(
    readonly endpoint: string,
    readonly guard: string,
  ) {
    super(
      'internal',
      `${endpoint}: ${guard} runs after the gate, which needs to know the user. Decorators apply from below: put @UseGuards(${guard}) under @RequireCredits(), on the controller, or make it global.`,
    );
  }
}

/** A programming error: a gate on a handler that is not called over HTTP. */
export class NotARequestError extends CreditsError {
  constructor(readonly handler: string) {
    super(
      'internal',
      `@RequireCredits() on ${handler} guards nothing: it is for HTTP. In a resolver, a gateway or a message handler call credits.spend() instead.`,
    );
  }
}

/** A programming error: `tx` is not an open transaction, so the credits could change without the caller's rows. */
export class NotATransactionError extends CreditsError {
  constructor(fault: string) {
    super('internal', `What was given as \`tx\` ${fault}.`);
  }
}

/** A programming error: an endpoint or a call names an action that has no price. */
export class UnpricedActionError extends CreditsError {
  constructor(readonly action: string) {
    super('internal', `The action "${action}" has no price.`);
  }
}

/** A programming error: the quantities measured do not fit the price. They are never taken for 0; nothing is charged. */
export class InvalidMeasureError extends CreditsError {
  readonly errors: readonly { path: string; message: string }[];

  constructor(action: string, path: string, message: string) {
    super('internal', `${action}: ${path} ${message}.`);
    this.errors = [{ path, message }];
  }
}

/** A mistake in the code or the price list: an action is priced by units that its endpoint does not measure. */
export class UnmeasuredActionError extends CreditsError {
  constructor(facts: {
    endpoint: string;
    action: string;
    sold: readonly string[];
    measured: readonly string[];
  }) {
    const { endpoint, action, sold, measured } = facts;
    const what =
      measured.length === 0
        ? `its @RequireCredits() gives neither atMost nor atLeast of ${sold.join(', ')}`
        : `its @RequireCredits() measures ${measured.join(', ')}`;
    super('internal', `${endpoint}: "${action}" is priced by ${sold.join(', ')}, and ${what}.`);
  }
}
