import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { RememberedTokens, isBelieved, type Remembered } from './remembered-tokens.js';
import { KeysUnavailableError, type Trust } from './trust.js';
import { isUserId, type User } from './user.js';

const CLOCK_TOLERANCE_SECONDS = 5;
/** After this time a signature is checked again, however long the token is valid. */
const REMEMBERED_FOR_MS = 600_000;

/** The token is refused. The cause is for the log; the client does not learn it. */
class TokenRefusedError extends Error {
  override name = 'TokenRefusedError';
}

/** Turns a token into its user, the same way in every AUTH_MODE. */
export class TokenVerifier {
  readonly #remembered = new RememberedTokens();
  /** The last token of each open connection, which will send it again; comparing is faster than a digest. */
  readonly #last = new WeakMap<object, Remembered & { token: string }>();

  constructor(private readonly trust: Trust) {}

  /** The user of an already verified token, without a promise; nearly every request has one. */
  recognise(token: string, connection?: object): User | undefined {
    const generation = this.trust.generation();
    const last = connection && this.#last.get(connection);
    if (last !== undefined && last.token === token && isBelieved(last, generation)) return last.user;
    const remembered = this.#remembered.recall(token, generation);
    if (remembered !== undefined && connection !== undefined) {
      this.#last.set(connection, { ...remembered, token });
    }
    return remembered?.user;
  }

  /** @throws TokenRefusedError, KeysUnavailableError */
  async verify(token: string): Promise<User> {
    const { claims, generation, freshUntilMs } = await this.#claimsOf(token);
    const user = toUser(claims);
    const nowMs = Date.now();
    if (claims.iat! * 1000 > nowMs + CLOCK_TOLERANCE_SECONDS * 1000) {
      throw new TokenRefusedError('"iat" lies in the future');
    }
    const untilMs = Math.min(user.untilMs, nowMs + REMEMBERED_FOR_MS, freshUntilMs);
    this.#remembered.remember(token, { user, untilMs, generation });
    return user;
  }

  async #claimsOf(token: string): Promise<Verified> {
    const { key, options } = this.trust;
    // Those of the very key: others may be trusted before its signature is checked.
    let believed = { generation: 0, freshUntilMs: 0 };
    const keyOf: JWTVerifyGetKey = async (header, jws) => {
      const found = await key(header, jws);
      believed = { generation: this.trust.generation(), freshUntilMs: this.trust.freshUntilMs() };
      return found;
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        ...options,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return { claims: payload, ...believed };
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error;
      throw new TokenRefusedError((error as Error).message, { cause: error });
    }
  }
}

interface Verified {
  claims: JWTPayload;
  generation: number;
  freshUntilMs: number;
}

/** @throws TokenRefusedError */
function toUser({ sub, exp, app_metadata: metadata, is_anonymous: anonymous }: JWTPayload): User {
  if (!isUserId(sub)) throw new TokenRefusedError('"sub" is not the id of a user');
  // Never user_metadata, which users write themselves.
  const isAdmin = (metadata as { role?: unknown } | null | undefined)?.role === 'admin';
  const untilMs = (exp! + CLOCK_TOLERANCE_SECONDS) * 1000;
  return Object.freeze({ id: sub, isAdmin, isAnonymous: anonymous === true, untilMs });
}
