import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, type GenerateKeyPairResult } from 'jose';
import { openApp, SECRET, type OpenApp } from '../support/app.js';
import { ToyController } from '../http/toy.controller.js';
import { AUDIENCE, ISSUER, sign, startKeyServer, supabaseClaims, type KeyServer } from './tokens.js';

async function whoAmI(
  toy: OpenApp,
  token: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${toy.url}/api/toys/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('with AUTH_MODE=jwks', () => {
  let es256: GenerateKeyPairResult;
  let rs256: GenerateKeyPairResult;
  let foreign: GenerateKeyPairResult;
  let issuer: KeyServer;
  let variables: Record<string, string>;
  const header = { alg: 'ES256', kid: 'es' };

  beforeAll(async () => {
    [es256, rs256, foreign] = await Promise.all([
      generateKeyPair('ES256'),
      generateKeyPair('RS256', { extractable: true }),
      generateKeyPair('ES256', { extractable: true }),
    ]);
    const keys = [
      { ...(await exportJWK(es256.publicKey)), kid: 'es', alg: 'ES256' },
      { ...(await exportJWK(rs256.publicKey)), kid: 'rs' },
    ];
    issuer = await startKeyServer({ keys });
    variables = {
      AUTH_MODE: 'jwks',
      AUTH_JWKS_URL: issuer.url,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
    };
  });

  afterAll(() => issuer.close());

  describe('and its keys at hand', () => {
    let toy: OpenApp;

    beforeAll(async () => {
      toy = await openApp({ controllers: [ToyController], variables });
    });

    afterAll(() => toy.close());

    test("takes Supabase's tokens by configuration alone", async () => {
      const alice = await whoAmI(toy, await sign(es256.privateKey, supabaseClaims('alice'), header));
      expect(alice).toEqual({ status: 200, body: { id: 'alice', isAdmin: false, isAnonymous: false } });
      const guest = supabaseClaims('guest', { is_anonymous: true });
      const rsa = await sign(rs256.privateKey, guest, { alg: 'RS256', kid: 'rs' });
      expect((await whoAmI(toy, rsa)).body).toEqual({ id: 'guest', isAdmin: false, isAnonymous: true });
    });

    test('takes the role of an administrator from app_metadata alone', async () => {
      const admin = supabaseClaims('root', { app_metadata: { role: 'admin' } });
      expect((await whoAmI(toy, await sign(es256.privateKey, admin, header))).body.isAdmin).toBe(true);
      for (const claims of [
        { user_metadata: { role: 'admin' } },
        { role: 'admin' },
        { app_metadata: 'admin' },
      ]) {
        const user = supabaseClaims('mallory', claims);
        expect((await whoAmI(toy, await sign(es256.privateKey, user, header))).body.isAdmin).toBe(false);
      }
    });

    test('refuses a token that brings its own key, or uses ours for what it is not', async () => {
      const claims = supabaseClaims('alice');
      const jwk = await exportJWK(foreign.publicKey);
      const pem = new TextEncoder().encode(await exportSPKI(rs256.publicKey));
      const tokens = await Promise.all([
        sign(foreign.privateKey, claims, header),
        sign(foreign.privateKey, claims, { alg: 'ES256', jwk }),
        sign(foreign.privateKey, claims, { alg: 'ES256', kid: 'evil', jku: 'https://evil.example/keys' }),
        sign(pem, claims, { alg: 'HS256', kid: 'rs' }),
        sign(new TextEncoder().encode(SECRET), claims, { alg: 'HS256', kid: 'es' }),
        sign(es256.privateKey, supabaseClaims('alice', { iss: 'https://evil.example' }), header),
        sign(es256.privateKey, supabaseClaims('alice', { aud: 'anon' }), header),
      ]);
      for (const token of tokens) expect((await whoAmI(toy, token)).status).toBe(401);
    });

    test('asks the issuer once, not with every request nor for every unknown key', async () => {
      const unknown = { alg: 'ES256', kid: 'unknown' };
      for (let i = 0; i < 5; i += 1) {
        const claims = supabaseClaims(`user-${i}`);
        expect((await whoAmI(toy, await sign(es256.privateKey, claims, header))).status).toBe(200);
        expect((await whoAmI(toy, await sign(foreign.privateKey, claims, unknown))).status).toBe(401);
      }
      expect(issuer.requests).toBe(1);
    });
  });

  describe('and a key that its issuer withdraws', () => {
    const start = Date.now();
    let toy: OpenApp;
    let good: KeyServer['answer'];
    let stolen: string;

    beforeEach(async () => {
      toy = await openApp({ controllers: [ToyController], variables });
      good = issuer.answer;
      const lasting = supabaseClaims('mallory', { exp: 4102444800, app_metadata: { role: 'admin' } });
      stolen = await sign(es256.privateKey, lasting, header);
      expect((await whoAmI(toy, stolen)).status).toBe(200);
      const { keys } = JSON.parse(good.body) as { keys: { kid: string }[] };
      issuer.answer = { ...good, body: JSON.stringify({ keys: keys.filter(({ kid }) => kid === 'rs') }) };
      expect((await whoAmI(toy, stolen)).status).toBe(200);
    });

    afterEach(async () => {
      jest.restoreAllMocks();
      issuer.answer = good;
      await toy.close();
    });

    test('refuses its remembered tokens as soon as the keys were read again, for whomever', async () => {
      jest.spyOn(Date, 'now').mockReturnValue(start + 40_000);
      const other = await sign(rs256.privateKey, supabaseClaims('bob'), { alg: 'RS256', kid: 'rs' });
      expect((await whoAmI(toy, other)).status).toBe(200);
      const unknown = await sign(foreign.privateKey, supabaseClaims('bob'), { alg: 'ES256', kid: 'unknown' });
      expect((await whoAmI(toy, unknown)).status).toBe(401);
      expect((await whoAmI(toy, stolen)).status).toBe(401);
      expect((await whoAmI(toy, other)).status).toBe(200);
    });

    test('refuses them after ten minutes when nobody else asks for anything', async () => {
      jest.spyOn(Date, 'now').mockReturnValue(start + 640_000);
      expect((await whoAmI(toy, stolen)).status).toBe(401);
    });
  });

  test.each([
    ['answers 500', { status: 500, body: '{}' }],
    ['answers with a page', { status: 200, body: '<html>' }],
    ['answers with something else', { status: 200, body: '{"keys":"none"}' }],
    ['sends elsewhere', { status: 302, body: '' }],
  ])('says 503 and not 401 while the issuer %s, and recovers', async (_name, answer) => {
    const good = issuer.answer;
    const toy = await openApp({ controllers: [ToyController], variables });
    try {
      const token = await sign(es256.privateKey, supabaseClaims('alice'), header);
      issuer.answer = answer;
      const { status, body } = await whoAmI(toy, token);
      expect([status, body.code]).toEqual([503, 'overloaded']);
      issuer.answer = good;
      expect((await whoAmI(toy, token)).status).toBe(200);
    } finally {
      issuer.answer = good;
      await toy.close();
    }
  });

  test('says 503 where nobody listens, and tells nobody where', async () => {
    const nowhere = { ...variables, AUTH_JWKS_URL: 'http://127.0.0.1:1/keys' };
    const toy = await openApp({ controllers: [ToyController], variables: nowhere });
    const { status, body } = await whoAmI(toy, await sign(es256.privateKey, supabaseClaims('alice'), header));
    expect([status, body.code]).toEqual([503, 'overloaded']);
    expect(JSON.stringify(body)).not.toMatch(/127|ECONN/);
    await toy.close();
  });
});

test("with AUTH_MODE=hs256, takes Supabase's tokens by configuration alone", async () => {
  const variables = { AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  const toy = await openApp({ controllers: [ToyController], variables });
  const token = await sign(new TextEncoder().encode(SECRET), supabaseClaims('alice'), { alg: 'HS256' });
  expect((await whoAmI(toy, token)).body).toEqual({ id: 'alice', isAdmin: false, isAnonymous: false });
  await toy.close();
});
