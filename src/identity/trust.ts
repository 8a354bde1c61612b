import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwksCache,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import type { Environment } from '../config/environment.js';
import { loadEmbeddedKeys } from './embedded-keys.js';

/** Which key a token must be signed with, and what it must say. */
export interface Trust {
  key: JWTVerifyGetKey;
  options: Pick<JWTVerifyOptions, 'algorithms' | 'issuer' | 'audience'>;
  /** Changes when other keys are trusted: tokens verified with the former keys no longer count. */
  generation(): number;
  /** Until when the keys are believed without a look at their issuer. */
  freshUntilMs(): number;
}

/** This installation's keys; they change only with a restart. */
const KEYS_OF_OUR_OWN = { generation: () => 0, freshUntilMs: () => Infinity };
const KEYS_FRESH_FOR_MS = 600_000;

/** The issuer's keys could not be fetched: whether the token is good is unknown. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError';
}

/**
 * What each AUTH_MODE trusts. We choose the algorithms, never the token: if a public key were taken for a shared
 * secret, anybody could sign.
 *
 * @throws ConfigurationError if the embedded keys can be neither read nor made; UnavailableError if the disk is full
 */
export async function trustOf(environment: Environment): Promise<Trust> {
  const { authMode, authIssuer: issuer, authAudience: audience } = environment;
  switch (authMode) {
    case 'embedded': {
      const { publicKey, issuer } = await loadEmbeddedKeys(environment.dataDir);
      const key = createLocalJWKSet({ keys: [publicKey] });
      return { ...KEYS_OF_OUR_OWN, key, options: { algorithms: ['ES256'], issuer } };
    }
    case 'jwks': {
      const keys = remoteKeys(new URL(environment.authJwksUrl!));
      return { ...keys, options: { algorithms: ['ES256', 'RS256', 'EdDSA'], issuer, audience } };
    }
    case 'hs256': {
      const secret = new TextEncoder().encode(environment.authJwtSecret);
      return { ...KEYS_OF_OUR_OWN, key: () => secret, options: { algorithms: ['HS256'], issuer, audience } };
    }
  }
}

function remoteKeys(url: URL): Omit<Trust, 'options'> {
  // jose records here what it has fetched, and when.
  const fetched: Partial<JWKSCacheInput> = {};
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: KEYS_FRESH_FOR_MS,
    cooldownDuration: 30_000,
    timeoutDuration: 3_000,
    [jwksCache]: fetched as JWKSCacheInput,
  });
  let seen: JWKSCacheInput['jwks'] | undefined;
  let generation = 0;
  return {
    key: async (header, token) => {
      try {
        return await keys(header, token);
      } catch (cause) {
        if (ASKS_FOR_ANOTHER_KEY.some((kind) => cause instanceof kind)) throw cause;
        throw new KeysUnavailableError('the keys of the issuer could not be fetched', { cause });
      }
    },
    generation: () => {
      if (seen === fetched.jwks) return generation;
      if (JSON.stringify(seen) !== JSON.stringify(fetched.jwks)) generation += 1;
      seen = fetched.jwks;
      return generation;
    },
    freshUntilMs: () => (fetched.uat ?? 0) + KEYS_FRESH_FOR_MS,
  };
}

/** The keys were fetched, and the token names none of them. */
const ASKS_FOR_ANOTHER_KEY = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];
