import { SignJWT, type CryptoKey, type JWTHeaderParameters, type JWTPayload } from 'jose';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const ISSUER = 'https://project.supabase.example/auth/v1';
export const AUDIENCE = 'authenticated';

export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** What Supabase puts into the token of a signed-in user. */
export function supabaseClaims(user: string, more: JWTPayload = {}): JWTPayload {
  return {
    iss: ISSUER,
    sub: user,
    aud: AUDIENCE,
    iat: nowSeconds(),
    exp: nowSeconds() + 3600,
    role: 'authenticated',
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: nowSeconds() }],
    session_id: '5e1dc5c0-6a8b-4f0e-9c59-2f9c0b1a7a11',
    email: 'alice@example.com',
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: {},
    is_anonymous: false,
    ...more,
  };
}

export function sign(
  key: CryptoKey | KeyObject | Uint8Array,
  claims: JWTPayload,
  header: JWTHeaderParameters,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/** A token that nobody has signed, or not the way its header says. */
export function forge(header: object, claims: unknown, signature = ''): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

export interface KeyServer {
  url: string;
  /** How it answers, until told otherwise. */
  answer: { status: number; body: string };
  requests: number;
  close(): Promise<void>;
}

/** An issuer's key set, and whatever else it may answer. */
export async function startKeyServer(jwks: object): Promise<KeyServer> {
  const server = createServer((_request, response) => {
    keys.requests += 1;
    response.writeHead(keys.answer.status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(keys.answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const keys: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    answer: { status: 200, body: JSON.stringify(jwks) },
    requests: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return keys;
}
