// `npm run pack`: dist/package/creditgate-<version>.tgz, the credit system alone, made from where its sources stand.
// Each source becomes an ES module and a CommonJS one, and its declarations stand beside both; the ledger's SQL goes into
// the program's text. What the package says of itself is in package/.
import { transformFile, transform } from '@swc/core';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { entries } from '../package/entries.mjs';
import { swcOptions } from '../swc.config.mjs';

process.chdir(join(import.meta.dirname, '..'));
const out = join('dist', 'package', 'creditgate');
const root = JSON.parse(readFileSync('package.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package/manifest.json', 'utf8'));
const LEDGER_SQL = 'credits/ledger/ledger-sql';
/** The same as its source, without a file to read. */
const LEDGER_SQL_OF_TEXTS = `import texts from '../../../cjs/credits/ledger/ledger-texts.js';
export const ledgerMigrations = () => texts.migrations;
export const ledgerFunctions = () => texts.functions;`;
/** What comes along; everything else that is imported is a peer. */
const CARRIED = ['@types/pg', 'fresh', 'lru-cache'];

rmSync(join('dist', 'package'), { recursive: true, force: true });
execFileSync('npx', ['tsc', '-p', 'package/tsconfig.json'], { stdio: 'inherit' });
const sources = declared();
await writeTexts();
await Promise.all(sources.flatMap((source) => ['esm', 'cjs'].map((form) => compile(source, form))));
cpSync(join(out, 'esm'), join(out, 'cjs'), {
  recursive: true,
  filter: (path) => isFolder(path) || path.endsWith('.d.ts'),
});
write('cjs/package.json', JSON.stringify({ type: 'commonjs' }));
write('package.json', JSON.stringify(wholeManifest(), null, 2));
for (const [from, to] of [
  ['package/README.md', 'README.md'],
  ['LICENSE', 'LICENSE'],
  ['package/creditgate.mjs', 'creditgate.mjs'],
]) {
  copyFileSync(from, join(out, to));
}
execFileSync('npm', ['pack', '--silent', '--pack-destination', '..'], {
  cwd: out,
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log(join('dist', 'package', `creditgate-${root.version}.tgz`));

/** The sources that the doors lead to, as the type checker found them. */
function declared() {
  const files = readdirSync(join(out, 'esm'), { recursive: true });
  return files
    .filter((path) => path.endsWith('.d.ts'))
    .map((path) => path.replace(/\.d\.ts$/, '').replaceAll(sep, '/'));
}

async function compile(source, form) {
  const options = { ...swcOptions, module: { type: form === 'esm' ? 'es6' : 'commonjs' } };
  const { code } =
    source === LEDGER_SQL
      ? await transform(LEDGER_SQL_OF_TEXTS, options)
      : await transformFile(join('src', `${source}.ts`), options);
  write(`${form}/${source}.js`, code);
}

/** Once for both forms: a tenth of the package. A plain object of CommonJS is the default of an import, for every bundler. */
async function writeTexts() {
  const { ledgerFunctions, ledgerMigrations } = await import('../dist/credits/ledger/ledger-sql.js');
  const texts = { migrations: ledgerMigrations(), functions: ledgerFunctions() };
  write('cjs/credits/ledger/ledger-texts.js', `module.exports = ${JSON.stringify(texts)};\n`);
}

function wholeManifest() {
  const file = (form, source, ending) => `./${form}/${source}.${ending}`;
  const both = (form, source) => ({ types: file(form, source, 'd.ts'), default: file(form, source, 'js') });
  const exports = Object.entries(entries).map(([entry, source]) => [
    entry,
    { import: both('esm', source), require: both('cjs', source) },
  ]);
  const older = Object.entries(entries).filter(([entry]) => entry !== '.');
  return {
    ...manifest,
    version: root.version,
    main: file('cjs', entries['.'], 'js'),
    types: file('cjs', entries['.'], 'd.ts'),
    // For a resolution that does not know `exports`.
    typesVersions: {
      '*': Object.fromEntries(older.map(([entry, source]) => [entry.slice(2), [`cjs/${source}.d.ts`]])),
    },
    exports: { ...Object.fromEntries(exports), './package.json': './package.json' },
    dependencies: Object.fromEntries(CARRIED.map((name) => [name, `^${versionOf(name)}`])),
  };
}

function versionOf(name) {
  return root.dependencies[name] ?? root.devDependencies[name];
}

function isFolder(path) {
  return statSync(path).isDirectory();
}

function write(path, text) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
