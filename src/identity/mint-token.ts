import { SignJWT, importJWK } from 'jose';
import type { EmbeddedKeys } from './embedded-keys.js';

const TOKEN_TTL_SECONDS = 3600;

export interface TokenSubject {
  user: string;
  admin?: boolean;
  ttlSeconds?: number;
}

/** A token of this installation, in embedded mode the only kind it accepts. */
export async function mintToken(
  { issuer, privateKey }: EmbeddedKeys,
  { user, admin = false, ttlSeconds = TOKEN_TTL_SECONDS }: TokenSubject,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(admin ? { app_metadata: { role: 'admin' } } : {})
    .setProtectedHeader({ alg: 'ES256', kid: privateKey.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(user)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(await importJWK(privateKey, 'ES256'));
}
