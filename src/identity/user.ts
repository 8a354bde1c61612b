/** Who is signed in, as the token says. */
export interface User {
  /** The token's `sub`: the owner of a wallet and of everything else. */
  readonly id: string;
  readonly isAdmin: boolean;
  readonly isAnonymous: boolean;
}

const users = new WeakMap<object, User>();

export function signIn(request: object, user: User): void {
  users.set(request, user);
}

/** Undefined on a public route, also when a token came with the request. */
export function currentUser(request: object): User | undefined {
  return users.get(request);
}

/** Whose credits a request is about, as CreditsModule asks for it. */
export function userOf(request: object): string | undefined {
  return users.get(request)?.id;
}

/** PostgreSQL stores no NUL and no lone surrogate, and the ledger's user ids end at 255 characters. */
export function isUserId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 255 &&
    value.isWellFormed() &&
    !value.includes('\0')
  );
}
