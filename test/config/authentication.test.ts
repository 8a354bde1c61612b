import { describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../src/config/environment.js';
import { named, type Variables } from './refusal.js';

const SECRET = 'x'.repeat(32);
const KEYS = 'https://issuer.example/jwks.json';
const JWKS = { AUTH_MODE: 'jwks', AUTH_JWKS_URL: KEYS, AUTH_ISSUER: 'urn:issuer', AUTH_AUDIENCE: 'app' };
const HS256 = { AUTH_MODE: 'hs256', AUTH_JWT_SECRET: SECRET };

describe('authentication', () => {
  test.each([
    [JWKS, 'jwks'],
    [{ ...JWKS, AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks.json' }, 'jwks'],
    [{ ...JWKS, AUTH_JWKS_URL: 'http://localhost/jwks.json' }, 'jwks'],
    [{ ...JWKS, AUTH_JWKS_URL: 'http://[::1]/jwks.json' }, 'jwks'],
    [HS256, 'hs256'],
    [{ ...HS256, AUTH_ISSUER: 'urn:issuer', AUTH_AUDIENCE: 'app' }, 'hs256'],
    [{ AUTH_MODE: 'embedded' }, 'embedded'],
  ])('%j is one mode', (variables, mode) =>
    expect(loadEnvironment(variables as Variables).authMode).toBe(mode),
  );

  test.each<[Variables, string[]]>([
    [{ AUTH_MODE: 'jwks' }, ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE']],
    [{ ...JWKS, AUTH_ISSUER: '' }, ['AUTH_ISSUER']],
    [{ ...JWKS, AUTH_AUDIENCE: '' }, ['AUTH_AUDIENCE']],
    [{ ...JWKS, AUTH_JWKS_URL: '' }, ['AUTH_JWKS_URL']],
    [{ ...JWKS, AUTH_JWKS_URL: 'http://issuer.example/jwks.json' }, ['AUTH_JWKS_URL']],
    [{ ...JWKS, AUTH_JWKS_URL: 'http://localhost.evil.example/' }, ['AUTH_JWKS_URL']],
    [{ ...JWKS, AUTH_JWKS_URL: 'file:///etc/keys' }, ['AUTH_JWKS_URL']],
    [{ AUTH_MODE: 'hs256' }, ['AUTH_JWT_SECRET']],
    [{ AUTH_MODE: 'hs256', AUTH_JWT_SECRET: 'x'.repeat(31) }, ['AUTH_JWT_SECRET']],
  ])('%j lacks something', (variables, variable) => expect(named(variables)).toEqual(variable));

  test('counts the bytes of a secret, not its characters', () => {
    const secret = 'ü'.repeat(16);
    expect(loadEnvironment({ ...HS256, AUTH_JWT_SECRET: secret }).authJwtSecret).toBe(secret);
  });

  test.each<[string, Variables, string[]]>([
    ['a key set and a secret in jwks', { ...JWKS, AUTH_JWT_SECRET: SECRET }, ['AUTH_JWT_SECRET']],
    ['a key set and a secret in hs256', { ...HS256, AUTH_JWKS_URL: KEYS }, ['AUTH_JWKS_URL']],
    [
      'a key set and a secret in embedded',
      { AUTH_JWKS_URL: KEYS, AUTH_JWT_SECRET: SECRET },
      ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET'],
    ],
    ['a key set in embedded', { AUTH_JWKS_URL: KEYS }, ['AUTH_JWKS_URL']],
    ['a secret in embedded', { AUTH_JWT_SECRET: SECRET }, ['AUTH_JWT_SECRET']],
  ])('refuses two modes at once: %s', (_, variables, variable) => expect(named(variables)).toEqual(variable));
});
