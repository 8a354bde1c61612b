import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// What a file exports somebody else uses: a reader of `export` looks for who that is. Types may be exported all the same,
// for whoever wants to name what a function takes or answers.

const root = join(import.meta.dirname, '../..');
const texts = new Map(
  ['src', 'test', 'scripts', 'package'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(tsx?|m[jt]s)$/.test(file) && !file.includes('node_modules'))
      .map((file): [string, string] => [join(folder, file), readFileSync(join(root, folder, file), 'utf8')]),
  ),
);
const words = new Map([...texts].map(([file, text]) => [file, new Set(text.match(/\w+/g))]));

const EXPORTED = /^export (?:async )?(?:abstract )?(?:function\*?|class|const) (\w+)/gm;

function unusedIn(file: string, text: string): string[] {
  const names = [...text.matchAll(EXPORTED)].map(([, name]) => name!);
  const isUsed = (name: string) => [...words].some(([other, used]) => other !== file && used.has(name));
  return names.filter((name) => !isUsed(name)).map((name) => `${file}: ${name}`);
}

test('the check sees a function that nobody else uses', () => {
  const name = ['a', 'Function', 'Of', 'Nobody'].join('');
  expect(unusedIn('src/some.ts', `export function ${name}() {}`)).toEqual([`src/some.ts: ${name}`]);
  expect(unusedIn('src/some.ts', 'export class CreditsService {}')).toEqual([]);
});

test('nothing is exported that nobody else uses', () => {
  const product = [...texts].filter(([file]) => file.startsWith('src'));
  expect(product.length).toBeGreaterThan(100);
  expect(product.flatMap(([file, text]) => unusedIn(file, text))).toEqual([]);
});
