// The program: each source becomes one module of dist, by the compiler that Jest uses too. It only strips the types:
// `npm run types` is what checks them. A source that did not change since the last build is left alone, and what left
// src leaves dist: a migration that stayed behind would be applied.
import { transformFile } from '@swc/core';
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { swcOptions } from '../swc.config.mjs';

const SETTINGS = ['package.json', 'swc.config.mjs'];
const isPage = (path) => /^web[\\/](page|public)[\\/]/.test(path);
const isPackage = (path) => /^package[\\/]/.test(path);
const isSource = (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !isPage(path);
const isAsset = (path) => path.endsWith('.sql') || /[\\/](public|fonts)[\\/]/.test(path);

const made = new Set();
await Promise.all(filesOf('src').map(bring));
for (const path of filesOf('dist')) {
  if (!made.has(path) && !isPage(path) && !isPackage(path) && !path.startsWith('.'))
    rmSync(join('dist', path));
}

async function bring(path) {
  if (isSource(path)) await compile(path);
  else if (isAsset(path)) copy(path);
}

async function compile(path) {
  const target = path.replace(/ts$/, 'js');
  made.add(target).add(`${target}.map`);
  if (isNewer(target, join('src', path), ...SETTINGS)) return;
  const { code, map } = await transformFile(join('src', path), { ...swcOptions, sourceMaps: true });
  write(`${target}.map`, map);
  write(target, `${code}//# sourceMappingURL=${target.split(/[\\/]/).at(-1)}.map\n`);
}

function copy(path) {
  made.add(path);
  if (isNewer(path, join('src', path))) return;
  mkdirSync(dirname(join('dist', path)), { recursive: true });
  copyFileSync(join('src', path), join('dist', path));
}

function write(path, text) {
  mkdirSync(dirname(join('dist', path)), { recursive: true });
  writeFileSync(join('dist', path), text);
}

function isNewer(target, ...sources) {
  const built = statSync(join('dist', target), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

function filesOf(folder) {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
}
