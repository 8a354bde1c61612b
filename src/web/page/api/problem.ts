/** The server said no: a problem of RFC 9457, whose `code` says which. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly members: Readonly<Record<string, unknown>>,
    readonly retryAfterSeconds: number | null,
  ) {
    super(textOf(members['detail']) ?? textOf(members['title']) ?? `The server answered ${status}.`);
  }

  get code(): string {
    return textOf(this.members['code']) ?? 'unknown';
  }

  get requestId(): string | null {
    return textOf(this.members['requestId']);
  }

  /** Whether what was asked for may have happened all the same, or may yet: the same key finds out. */
  get isUnsure(): boolean {
    return (
      this.status >= 500 ||
      this.status === 408 ||
      this.status === 429 ||
      this.code === 'idempotency_in_progress'
    );
  }

  number(name: string): number {
    return Number(this.members[name]);
  }

  text(name: string): string | null {
    return textOf(this.members[name]);
  }
}

/** No answer came: whether the server heard the question is unknown. */
export class Unreachable extends Error {
  constructor() {
    super('The server cannot be reached.');
  }
}

/** What to tell somebody about whatever went wrong. */
export function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

export function refusalOf(status: number, body: unknown, retryAfter: string | null): Refusal {
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const seconds = Number(retryAfter ?? NaN);
  return new Refusal(status, members, Number.isFinite(seconds) ? seconds : null);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
