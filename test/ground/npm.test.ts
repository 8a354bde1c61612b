import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test('no npm runs what packages would run when they are installed', () => {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  const answer = execFileSync('npm', ['config', 'get', 'ignore-scripts'], { cwd: root, env });
  expect(String(answer).trim()).toBe('true');
});

test('no script waits for another one to run before or after it: npm would leave that out, too', () => {
  const hooks = Object.keys(scripts).filter((name) => /^(pre|post)/.test(name));
  expect(hooks.filter((name) => name.replace(/^(pre|post)/, '') in scripts)).toEqual([]);
});

test('whatever runs from dist, or tests it, builds it first', () => {
  const needing = Object.entries(scripts).filter(([, script]) => /(dist|test)\/|jest/.test(script));
  expect(needing.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'test', 'credits', 'bench']),
  );
  const unbuilt = needing.filter(([, script]) => !/^node .*scripts\/build-if-changed\.mjs /.test(script));
  expect(unbuilt).toEqual([]);
});
