import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { RememberedTokens } from '../../src/identity/remembered-tokens.js';
import { TokenVerifier } from '../../src/identity/token-verifier.js';
import type { Trust } from '../../src/identity/trust.js';
import { nowSeconds, sign } from './tokens.js';

const user = (id: string, untilMs = Infinity) => ({ id, isAdmin: false, isAnonymous: false, untilMs });
const remembered = (id: string, untilMs = Infinity, generation = 0) => ({
  user: user(id),
  untilMs,
  generation,
});
const secret = new TextEncoder().encode('a secret of this test run, long enough');
const trustIn = (key: () => Uint8Array): Trust => ({
  key,
  options: { algorithms: ['HS256'] },
  generation: () => 0,
  freshUntilMs: () => Infinity,
});

describe('a remembered token', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('is forgotten when it expires, to the millisecond', () => {
    const tokens = new RememberedTokens();
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000);
    tokens.remember('a', remembered('alice', 2_000));
    now.mockReturnValue(1_999);
    expect(tokens.recall('a', 0)?.user).toEqual(user('alice'));
    now.mockReturnValue(2_000);
    expect(tokens.recall('a', 0)).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test('is forgotten when other keys are trusted', () => {
    const tokens = new RememberedTokens();
    tokens.remember('a', remembered('alice'));
    expect(tokens.recall('a', 1)).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test('gives way when there are too many, the one longest unused first', () => {
    const tokens = new RememberedTokens(3);
    for (const name of ['a', 'b', 'c']) tokens.remember(name, remembered(name));
    tokens.recall('a', 0);
    tokens.remember('d', remembered('d'));
    const left = ['a', 'b', 'c', 'd'].map((name) => tokens.recall(name, 0)?.user.id);
    expect(left).toEqual(['a', undefined, 'c', 'd']);
    for (let i = 0; i < 100; i += 1) tokens.remember(`token ${i}`, remembered('x'));
    expect(tokens.size).toBe(3);
  });

  test('was verified, lives five seconds longer than it says, and no refused one is remembered', async () => {
    const keys: string[] = [];
    const key = () => (keys.push('asked'), secret);
    const verifier = new TokenVerifier(trustIn(key));
    const exp = nowSeconds() + 60;
    const good = await sign(secret, { sub: 'alice', iat: nowSeconds(), exp }, { alg: 'HS256' });
    const bad = `${good.slice(0, -4)}AAAA`;
    const alice = user('alice', (exp + 5) * 1000);

    expect(verifier.recognise(good)).toBeUndefined();
    await verifier.verify(good);
    expect(verifier.recognise(good)).toEqual(alice);
    await expect(verifier.verify(bad)).rejects.toThrow('signature');
    expect(verifier.recognise(bad)).toBeUndefined();
    expect(keys).toHaveLength(2);

    const connection = {};
    expect(verifier.recognise(good, connection)).toEqual(alice);
    expect(verifier.recognise(bad, connection)).toBeUndefined();

    const now = jest.spyOn(Date, 'now').mockReturnValue((exp + 4.9) * 1000);
    expect(verifier.recognise(good)).toEqual(alice);
    expect(verifier.recognise(good, connection)).toEqual(alice);
    now.mockReturnValue((exp + 5) * 1000);
    expect(verifier.recognise(good, connection)).toBeUndefined();
    expect(verifier.recognise(good)).toBeUndefined();
  });

  test('is verified again after ten minutes, however long it lasts, on an open connection too', async () => {
    const verifier = new TokenVerifier(trustIn(() => secret));
    const claims = { sub: 'alice', iat: nowSeconds(), exp: nowSeconds() + 1e9 };
    const token = await sign(secret, claims, { alg: 'HS256' });
    await verifier.verify(token);
    const connection = {};
    expect(verifier.recognise(token, connection)?.id).toBe('alice');
    const start = Date.now();
    const now = jest.spyOn(Date, 'now').mockReturnValue(start + 590_000);
    expect(verifier.recognise(token, connection)?.id).toBe('alice');
    now.mockReturnValue(start + 600_001);
    expect(verifier.recognise(token, connection)).toBeUndefined();
    expect(verifier.recognise(token)).toBeUndefined();
  });
});
