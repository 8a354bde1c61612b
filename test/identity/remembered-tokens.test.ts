import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { RememberedTokens } from '../../src/identity/remembered-tokens.js';
import { TokenVerifier } from '../../src/identity/token-verifier.js';
import { nowSeconds, sign } from './tokens.js';

const user = (id: string) => ({ id, isAdmin: false, isAnonymous: false });
const secret = new TextEncoder().encode('a secret of this test run, long enough');

describe('a remembered token', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is forgotten when it expires, to the millisecond', () => {
    const tokens = new RememberedTokens();
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000);
    tokens.remember('a', user('alice'), 2_000);
    now.mockReturnValue(1_999);
    expect(tokens.find('a')).toEqual(user('alice'));
    now.mockReturnValue(2_000);
    expect(tokens.find('a')).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test('gives way when there are too many, the one longest unused first', () => {
    const tokens = new RememberedTokens(3);
    for (const name of ['a', 'b', 'c']) tokens.remember(name, user(name), Infinity);
    tokens.find('a');
    tokens.remember('d', user('d'), Infinity);
    expect(['a', 'b', 'c', 'd'].map((name) => tokens.find(name)?.id)).toEqual(['a', undefined, 'c', 'd']);
    for (let i = 0; i < 100; i += 1) tokens.remember(`token ${i}`, user('x'), Infinity);
    expect(tokens.size).toBe(3);
  });

  test('was verified, lives five seconds longer than it says, and no refused one is remembered', async () => {
    const keys: string[] = [];
    const key = () => (keys.push('asked'), secret);
    const verifier = new TokenVerifier({ key, options: { algorithms: ['HS256'] } });
    const exp = nowSeconds() + 60;
    const good = await sign(secret, { sub: 'alice', iat: nowSeconds(), exp }, { alg: 'HS256' });
    const bad = `${good.slice(0, -4)}AAAA`;

    expect(verifier.recognise(good)).toBeUndefined();
    await verifier.verify(good);
    expect(verifier.recognise(good)).toEqual(user('alice'));
    await expect(verifier.verify(bad)).rejects.toThrow('signature');
    expect(verifier.recognise(bad)).toBeUndefined();
    expect(keys).toHaveLength(2);

    const connection = {};
    expect(verifier.recognise(good, connection)).toEqual(user('alice'));
    expect(verifier.recognise(bad, connection)).toBeUndefined();

    const now = jest.spyOn(Date, 'now').mockReturnValue((exp + 4.9) * 1000);
    expect(verifier.recognise(good)).toEqual(user('alice'));
    expect(verifier.recognise(good, connection)).toEqual(user('alice'));
    now.mockReturnValue((exp + 5) * 1000);
    expect(verifier.recognise(good, connection)).toBeUndefined();
    expect(verifier.recognise(good)).toBeUndefined();
  });
});
