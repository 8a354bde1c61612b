// `npm start` and `npm test` run from dist. This builds it only when a source is newer than the last build, or with
// --anyway (`npm run build`), and writes to stderr alone, so that a command whose output somebody reads can run it first.
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'dist', '.built');
const isAsked = process.argv.includes('--anyway');

if (isAsked || newestSource() >= modified(stamp)) await build();

async function build() {
  // Loaded only here: a start with nothing to build should not notice this script.
  const { spawnSync } = await import('node:child_process');
  const started = new Date();
  if (!isAsked) process.stderr.write('Building creditgate (only after a change) ...\n');
  for (const script of ['build-program.mjs', 'build-page.mjs']) {
    const path = join(root, 'scripts', script);
    const { status } = spawnSync(process.execPath, [path], { cwd: root, stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(stamp, '');
  // A file saved while the compiler ran may have missed it: the stamp carries the time before the build.
  utimesSync(stamp, started, started);
}

function newestSource() {
  const settings = ['package.json', 'swc.config.mjs', 'scripts/build-program.mjs', 'scripts/build-page.mjs'];
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join('src', name));
  // Folders count too: theirs is the only time that changes when a file is deleted.
  return Math.max(...['src', ...settings, ...sources].map((name) => modified(join(root, name))));
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
