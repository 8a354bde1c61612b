import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problemOf } from '../../src/problems/problem.js';
import { ProblemException } from '../../src/problems/problem.exception.js';
import { readProblemPages } from '../../src/problems/problem-pages.js';
import { PROBLEMS, type ProblemCode } from '../../src/problems/problem-codes.js';
import { openApp, type OpenApp } from '../support/app.js';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let toy: OpenApp;
beforeAll(async () => {
  toy = await openApp({});
});
afterAll(() => toy.close());

const get = (path: string, accept?: string) =>
  fetch(toy.url + path, accept === undefined ? {} : { headers: { accept } });
/** Where a refusal itself says that it is explained. */
const typeOf = (code: ProblemCode) =>
  String(problemOf(new ProblemException(code, 'x'), { id: 'x', url: '/' }).body['type']);

describe('the type of every refusal', () => {
  test('leads to what happened and what to do', async () => {
    for (const code of CODES) {
      const response = await get(typeOf(code));
      const page = (await response.json()) as Record<string, unknown>;
      const [status, title] = PROBLEMS[code];
      expect([response.status, page]).toEqual([
        200,
        {
          type: typeOf(code),
          code,
          status,
          title,
          whatHappened: expect.any(String),
          whatToDo: expect.any(String),
        },
      ]);
      expect([code, String(page['whatHappened']).length > 20, String(page['whatToDo']).length > 10]).toEqual([
        code,
        true,
        true,
      ]);
    }
  });

  test('is a page for a browser, which runs and loads nothing', async () => {
    for (const code of CODES) {
      const response = await get(typeOf(code), BROWSER);
      const html = await response.text();
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).toContain(`<title>${PROBLEMS[code][1]}</title>`);
      expect(html).not.toMatch(/<script|<style|style=|src=|href=(?!"\/")/);
      // No Markdown is left, and no text became a tag.
      expect(html).not.toContain('`');
      expect(new Set(html.match(/<\/?[a-z0-9]+/g))).toEqual(new Set(TAGS));
    }
  });

  test('is JSON for a program, whatever it takes', async () => {
    for (const accept of [
      '*/*',
      'application/json',
      'application/json, text/html',
      'application/problem+json',
    ]) {
      const { headers } = await get('/problems/hold-expired', accept);
      expect([accept, headers.get('content-type')]).toEqual([accept, 'application/json; charset=utf-8']);
    }
  });

  test('may be kept by anybody, under the policy of the page', async () => {
    const { headers } = await get('/problems/hold-expired', BROWSER);
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    expect(headers.get('vary')).toContain('Accept');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
  });

  test('of no code is not found, and nobody keeps that', async () => {
    for (const name of [
      'nothing',
      'hold_expired',
      'HOLD-EXPIRED',
      'constructor',
      '__proto__',
      '%2e%2e',
      'a'.repeat(500),
    ]) {
      const response = await get(`/problems/${name}`);
      const body = (await response.json()) as Record<string, unknown>;
      expect([name, response.status, body['code']]).toEqual([name, 404, 'not_found']);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('an address where nothing is', () => {
  test.each(['/nowhere', '/problems/nothing', '/docs/', '/documents/1?a=b'])(
    'is a page for whoever typed it: %s',
    async (path) => {
      const response = await get(path, BROWSER);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'text/html; charset=utf-8',
      ]);
      expect([response.headers.get('vary'), response.headers.get('cache-control')]).toEqual([
        'Accept',
        'no-store',
      ]);
      expect(await response.text()).toContain('<h1>Not found</h1>');
    },
  );

  test('is a problem for a program, and below /api for everybody', async () => {
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/nowhere', 'application/json'],
      ['/api/nowhere', BROWSER],
    ]) {
      const response = await get(path!, accept);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });
});

const TAGS = [
  ...['html', 'head', 'title', 'body', 'main', 'h1', 'h2', 'p', 'code', 'a'].flatMap((tag) => [
    `<${tag}`,
    `</${tag}`,
  ]),
  '<meta',
];

test('a section says the same in a document as on its page', () => {
  const document =
    '# P\n\n## hold_expired\n\n409. One <b> & `code`,\nand more.\n\nWhat to do: Begin\nanew.\n\n## other\n\nNo code.\n';
  expect([...readProblemPages(document).values()]).toEqual([
    expect.objectContaining({ whatHappened: '409. One <b> & `code`, and more.', whatToDo: 'Begin anew.' }),
  ]);
});
