import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-build-'));
  for (const name of ['scripts', 'src', 'dist']) mkdirSync(join(folder, name));
  copyFileSync(join(root, 'scripts/build-if-changed.mjs'), join(folder, 'scripts/build-if-changed.mjs'));
  const noting = (what: string) =>
    `import { appendFileSync } from 'node:fs'; appendFileSync('built', '${what} ');`;
  for (const what of ['program', 'page'])
    writeFileSync(join(folder, `scripts/build-${what}.mjs`), noting(what));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'src/main.ts'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

function builds(...args: string[]): string {
  writeFileSync(join(folder, 'built'), '');
  execFileSync(process.execPath, ['scripts/build-if-changed.mjs', ...args], { cwd: folder, stdio: 'ignore' });
  return readFileSync(join(folder, 'built'), 'utf8').trim();
}

test('what `npm run build` built is not built again, for a server that has no compiler any more', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, args] = /^node scripts\/build-if-changed\.mjs ?(.*)$/.exec(scripts.build) ?? [];
  expect(builds(...args!.split(' '))).toBe('program page');
  expect(builds()).toBe('');
});

test('what changed since is built', () => {
  const later = new Date(Date.now() + 1_000);
  utimesSync(join(folder, 'src/main.ts'), later, later);
  expect(builds()).toBe('program page');
});
