import { SECRET } from '../support/app.js';
import { forge, nowSeconds, sign } from './tokens.js';

/** What the server that is asked must be told to trust. */
export const TRUST = { AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'app' };

const secret = new TextEncoder().encode(SECRET);
const otherSecret = new TextEncoder().encode(SECRET.toUpperCase());
/** Each row is good but for what it names: another fault would hide the one that is meant. */
const claims = () => ({ iss: 'us', aud: 'app', sub: 'alice', iat: nowSeconds(), exp: nowSeconds() + 600 });
export const goodToken = () => sign(secret, claims(), hs256);
const hs256 = { alg: 'HS256' };
const bearer = (token: string) => [`authorization: Bearer ${token}`];

/** Header lines that open nothing. */
export const badTokens: [name: string, lines: () => string[] | Promise<string[]>][] = [
  ['no header', () => []],
  ['an empty header', () => ['authorization: ']],
  ['a scheme without a token', () => ['authorization: Bearer']],
  ['another scheme', async () => [`authorization: Basic ${await goodToken()}`]],
  ['a token without a scheme', async () => [`authorization: ${await goodToken()}`]],
  ['two tokens in one header', async () => bearer(`${await goodToken()}, ${await goodToken()}`)],
  ['the same header twice', async () => [...bearer(await goodToken()), ...bearer(await goodToken())]],
  ['a second, empty header', async () => [...bearer(await goodToken()), 'Authorization: ']],
  ['something that is no token', () => bearer('alice')],
  ['two parts of a token', async () => bearer((await goodToken()).replace(/\.[^.]*$/, ''))],
  ['a token in the query alone', () => []],
  ['alg none', () => bearer(forge({ alg: 'none' }, claims()))],
  ['alg None with a signature', () => bearer(forge({ alg: 'None' }, claims(), 'AAAA'))],
  ['another secret', async () => bearer(await sign(otherSecret, claims(), hs256))],
  [
    'another algorithm with the right secret',
    async () => bearer(await sign(secret, claims(), { alg: 'HS512' })),
  ],
  ['other claims under a good signature', async () => bearer(await withOtherClaims())],
  ['no exp', () => signed({ exp: undefined })],
  ['no iat', () => signed({ iat: undefined })],
  ['no sub', () => signed({ sub: undefined })],
  ['an object as sub', () => signed({ sub: { id: 'alice' } })],
  ['a number as sub', () => signed({ sub: 7 })],
  ['an empty sub', () => signed({ sub: '' })],
  ['a sub of 256 characters', () => signed({ sub: 'a'.repeat(256) })],
  ['a NUL in the sub', () => signed({ sub: 'ali\0ce' })],
  ['half a surrogate pair in the sub', () => signed({ sub: 'alice \ud83d' })],
  ['exp as text', () => signed({ exp: String(nowSeconds() + 600) })],
  ['expired for more than five seconds', () => signed({ exp: nowSeconds() - 6 })],
  ['not valid before a minute from now', () => signed({ nbf: nowSeconds() + 60 })],
  ['issued a minute from now', () => signed({ iat: nowSeconds() + 60 })],
  ['another issuer', () => signed({ iss: 'https://evil.example' })],
  ['another audience', () => signed({ aud: 'anon' })],
  ['more than 8 KB', () => signed({ user_metadata: { story: 'x'.repeat(8192) } })],
];

export async function signed(change: object): Promise<string[]> {
  return bearer(await sign(secret, { ...claims(), ...change }, hs256));
}

async function withOtherClaims(): Promise<string> {
  const [header, , signature] = (await sign(secret, claims(), hs256)).split('.');
  const payload = Buffer.from(JSON.stringify({ ...claims(), sub: 'bob' })).toString('base64url');
  return `${header}.${payload}.${signature}`;
}
