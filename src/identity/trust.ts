import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import type { Environment } from '../config/environment.js';
import { loadEmbeddedKeys } from './embedded-keys.js';

/** Which key a token must be signed with, and what it must say. */
export interface Trust {
  key: JWTVerifyGetKey;
  options: Pick<JWTVerifyOptions, 'algorithms' | 'issuer' | 'audience'>;
}

/** The issuer's keys could not be fetched: whether the token is good is unknown. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError';
}

/**
 * What each AUTH_MODE trusts. The algorithms are ours to choose, never the token's: a public key that is taken
 * for a shared secret would let anybody sign.
 *
 * @throws ConfigurationError when the embedded keys can be neither read nor made
 */
export async function trustOf(environment: Environment): Promise<Trust> {
  const { authMode, authIssuer: issuer, authAudience: audience } = environment;
  switch (authMode) {
    case 'embedded': {
      const { publicKey, issuer } = await loadEmbeddedKeys(environment.dataDir);
      return { key: createLocalJWKSet({ keys: [publicKey] }), options: { algorithms: ['ES256'], issuer } };
    }
    case 'jwks': {
      const key = remoteKeys(new URL(environment.authJwksUrl!));
      return { key, options: { algorithms: ['ES256', 'RS256', 'EdDSA'], issuer, audience } };
    }
    case 'hs256': {
      const secret = new TextEncoder().encode(environment.authJwtSecret);
      return { key: () => secret, options: { algorithms: ['HS256'], issuer, audience } };
    }
  }
}

function remoteKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: 600_000,
    cooldownDuration: 30_000,
    timeoutDuration: 3_000,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (ASKS_FOR_ANOTHER_KEY.some((kind) => cause instanceof kind)) throw cause;
      throw new KeysUnavailableError('the keys of the issuer could not be fetched', { cause });
    }
  };
}

/** The keys are here, and the token names none of them. */
const ASKS_FOR_ANOTHER_KEY = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];
