import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// A file that fits a look is read before it is changed. What grows beyond it is two things: part them by their meaning.

const root = join(import.meta.dirname, '..', '..');
const MOST_LINES = 300;
const MEDIAN_OF_THE_PRODUCT = 60;

const EXEMPT = new Map([
  ['src/client/shapes.ts', 'npm run record writes it from /openapi.json'],
  ['test/database/versions/0.1.0.sql', 'the schema of a release, as it was dumped'],
  [
    'src/credits/ledger/apply.sql',
    'one function on the way of every charge; docs/design.md says what its parts would cost',
  ],
]);

const lengths = new Map(
  ['src', 'test', 'scripts', 'package', 'deploy'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(m?[jt]s|cjs|tsx|sql|css)$/.test(file) && !file.includes('node_modules'))
      .map((file): [string, number] => [`${folder}/${file}`, linesOf(join(root, folder, file))]),
  ),
);

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1;
}

test(`no file has more than ${MOST_LINES} lines`, () => {
  const longer = [...lengths].filter(([file, lines]) => lines > MOST_LINES && !EXEMPT.has(file));
  expect(longer).toEqual([]);
});

test('what is exempt needs to be', () => {
  const needless = [...EXEMPT.keys()].filter((file) => (lengths.get(file) ?? 0) <= MOST_LINES);
  expect(needless).toEqual([]);
});

test(`half of the product's files have at most ${MEDIAN_OF_THE_PRODUCT} lines`, () => {
  const product = [...lengths].filter(([file]) => file.startsWith('src/')).map(([, lines]) => lines);
  const sorted = product.sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MEDIAN_OF_THE_PRODUCT);
});
