import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApp, type OpenApp } from '../support/app.js';
import { getRaw, type RawAnswer } from '../support/raw-http.js';
import { ToyController } from '../http/toy.controller.js';
import { badTokens, goodToken, signed, TRUST } from './bad-token-lines.js';
import { nowSeconds } from './tokens.js';

describe('a request without a good token', () => {
  let toy: OpenApp;
  const answers: string[] = [];

  beforeAll(async () => {
    toy = await openApp({ controllers: [ToyController], variables: TRUST });
  });

  afterAll(() => toy.close());

  test.each(badTokens)('is refused: %s', async (name, lines) => {
    const path = name === 'a token in the query alone' ? `?token=${await goodToken()}` : '';
    const answer = await getRaw(toy.port, `/api/toys/me${path}`, ...(await lines()));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    answers.push(withoutId(answer));
  });

  test('hears the same, whatever is wrong with the token', () => {
    expect(answers).toHaveLength(badTokens.length);
    expect(new Set(answers).size).toBe(1);
  });

  test.each([
    ['the claims it asks for', () => ({})],
    ['a sub of 255 characters', () => ({ sub: 'ü'.repeat(255) })],
    ['an expiry of two seconds ago', () => ({ exp: nowSeconds() - 2 })],
    ['an issue two seconds from now', () => ({ iat: nowSeconds() + 2 })],
    ['one audience among others', () => ({ aud: ['app', 'other'] })],
  ])('is told from one whose token has %s', async (_name, change) => {
    expect((await getRaw(toy.port, '/api/toys/me', ...(await signed(change())))).status).toBe(200);
  });

  test('is refused where its headers have 20 KB, and the process lives', async () => {
    const answer = await getRaw(toy.port, '/api/toys/me', `authorization: Bearer ${'x'.repeat(20_000)}`);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([431, 'headers_too_large']);
    expect((await fetch(`${toy.url}/health/live`)).status).toBe(200);
  });
});

function withoutId({ status, text }: RawAnswer): string {
  const { requestId, ...body } = JSON.parse(text) as { requestId: string };
  expect(requestId).toMatch(/^[\w-]{36}$/);
  return JSON.stringify([status, body]);
}
