/** The signed-in user, as the token says. */
export interface User {
  /** The token's `sub`: the owner of a wallet and of everything else. */
  readonly id: string;
  readonly isAdmin: boolean;
  readonly isAnonymous: boolean;
  /** When the token ends, with the tolerance for clocks that differ. */
  readonly untilMs: number;
}

const users = new WeakMap<object, User>();

export function signIn(request: object, user: User): void {
  users.set(request, user);
}

/** Undefined on a public route, even if the request has a token. */
export function currentUser(request: object): User | undefined {
  return users.get(request);
}

/** Whose credits a request is about, as CreditsModule asks for it. */
export function userOf(request: object): string | undefined {
  return users.get(request)?.id;
}

/**
 * PostgreSQL stores no lone surrogate, and the ledger's user ids end at 255 characters, counted as `u` counts. Control
 * characters (C0, C1, NUL and ESC among them) are not part of a name: on a terminal they would be obeyed.
 */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}{1,255}$/u.test(value) && value.isWellFormed();
}
