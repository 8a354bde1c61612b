import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const door = read('test/recorded/public-api.txt').split(/^# creditgate/m)[1]!;
const page = read('package/README.md');

const named = (pattern: RegExp) => [...door.matchAll(pattern)].map((found) => found[1]!);
const missing = (names: string[]) => names.filter((name) => !new RegExp(`[\`.@]${name}\\b`).test(page));

test.each([
  ['option of the module', /^CreditsOptions\.(\w+)/gm],
  ['method of the service', /^CreditsService\.(\w+): [^\n]*=>/gm],
  ['decorator', /^(\w+): [^\n]*=> (?:Method|Parameter)Decorator/gm],
])("the package's page names every %s", (_what, pattern) => {
  const names = named(pattern);
  expect(names.length).toBeGreaterThan(3);
  expect(missing(names)).toEqual([]);
});

test("the package's page names both ways to give the options", () => {
  expect(missing(['forRoot', 'forRootAsync'])).toEqual([]);
});
