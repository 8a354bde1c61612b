import { jwtVerify, type JWTPayload } from 'jose';
import { RememberedTokens, type Remembered } from './remembered-tokens.js';
import { KeysUnavailableError, type Trust } from './trust.js';
import { isUserId, type User } from './user.js';

const CLOCK_TOLERANCE_SECONDS = 5;

/** The token is not good. The cause is for the log: who presents a wrong token learns nothing from it. */
export class TokenRefusedError extends Error {
  override name = 'TokenRefusedError';
}

/** From a token to its user, in every AUTH_MODE the same way. */
export class TokenVerifier {
  readonly #remembered = new RememberedTokens();
  /** What each connection that is open brought last: it will again, and comparing takes less time than a digest. */
  readonly #last = new WeakMap<object, Remembered & { token: string }>();

  constructor(private readonly trust: Trust) {}

  /** The user of a token that was verified before: the way of nearly every request, without a promise. */
  recognise(token: string, connection?: object): User | undefined {
    if (connection === undefined) return this.#remembered.find(token);
    const last = this.#last.get(connection);
    if (last !== undefined && last.token === token && last.untilMs > Date.now()) return last.user;
    const remembered = this.#remembered.recall(token);
    if (remembered !== undefined) this.#last.set(connection, { ...remembered, token });
    return remembered?.user;
  }

  /** @throws TokenRefusedError, KeysUnavailableError */
  async verify(token: string): Promise<User> {
    const claims = await this.#claimsOf(token);
    const user = toUser(claims);
    if (claims.iat! * 1000 > Date.now() + CLOCK_TOLERANCE_SECONDS * 1000) {
      throw new TokenRefusedError('"iat" lies in the future');
    }
    this.#remembered.remember(token, user, (claims.exp! + CLOCK_TOLERANCE_SECONDS) * 1000);
    return user;
  }

  async #claimsOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.trust.key, {
        ...this.trust.options,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error;
      throw new TokenRefusedError((error as Error).message, { cause: error });
    }
  }
}

/** @throws TokenRefusedError */
function toUser({ sub, app_metadata: metadata, is_anonymous: anonymous }: JWTPayload): User {
  if (!isUserId(sub)) throw new TokenRefusedError('"sub" is not the id of a user');
  // Never user_metadata: that one the users write themselves.
  const isAdmin = (metadata as { role?: unknown } | null | undefined)?.role === 'admin';
  return Object.freeze({ id: sub, isAdmin, isAnonymous: anonymous === true });
}
