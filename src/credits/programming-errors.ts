import { CreditsError } from './credits.errors.js';

// What no client can mend: each is a 500 to it, and a sentence to the host's developer.

/** A programming error: of two gates on one endpoint only one would count. */
export class TwoGatesError extends CreditsError {
  constructor(readonly endpoint: string) {
    super(
      'internal',
      `${endpoint} has more than one gate: leave one @RequireCredits() or @Idempotent() (what is paid is repeatable under an Idempotency-Key already).`,
    );
  }
}

/** A programming error: the gate asks who pays before anybody has said so. */
export class LateGuardError extends CreditsError {
  constructor(
    readonly endpoint: string,
    readonly guard: string,
  ) {
    super(
      'internal',
      `${endpoint}: ${guard} runs after the gate, which has to know who asks. Decorators apply from below: put @UseGuards(${guard}) under @RequireCredits(), on the controller, or make it global.`,
    );
  }
}

/** A programming error: the gate is for requests over HTTP. */
export class NotARequestError extends CreditsError {
  constructor(readonly handler: string) {
    super(
      'internal',
      `@RequireCredits() on ${handler} guards nothing: it is for HTTP. In a resolver, a gateway or a message handler call credits.spend() instead.`,
    );
  }
}

/** A programming error: outside a transaction the credits would change whatever becomes of the caller's rows. */
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

/**
 * A programming error: what was measured does not fit the price. Nothing is charged for what cannot be counted, and
 * it is never taken for 0.
 */
export class InvalidMeasureError extends CreditsError {
  readonly errors: readonly { path: string; message: string }[];

  constructor(action: string, path: string, message: string) {
    super('internal', `${action}: ${path} ${message}.`);
    this.errors = [{ path, message }];
  }
}

/** A programming error, or one of the price list: an action is sold by units that its endpoint does not measure. */
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
