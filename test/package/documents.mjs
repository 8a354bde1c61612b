// What the documents show is tried as it stands: every ts block against the installed package, and the package's way from an
// empty folder to the first paid answer.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { around } from './documents/around.mjs';
import {
  answering,
  emptyDatabase,
  expectPaid,
  folder,
  install,
  root,
  run,
  tarball,
  withApp,
} from './apps.mjs';

const PORT = 3000;
const BLOCK = /^( *)```ts\n([^]*?)^ *```/gm;

/** Every ts block of every page, on its own, with what a page of an app would have installed. */
export async function compileDocuments() {
  const at = join(folder, 'documents');
  cpSync(join(import.meta.dirname, 'documents'), at, { recursive: true });
  install(at, tarball);
  const blocks = [...pagesIn('.', false), ...pagesIn('docs', true), ...pagesIn('package', false)].flatMap(
    blocksOf,
  );
  assert(blocks.length >= 20, `${blocks.length} blocks`);
  for (const { name, text } of blocks) writeFileSync(join(at, name), text);
  run('npx', ['tsc', '-p', '.', '--noEmit'], at);
  console.log(`ok documents: ${blocks.length} blocks compiled`);
}

function pagesIn(under, recursive) {
  const names = readdirSync(join(root, under), { recursive }).filter((name) => name.endsWith('.md'));
  return names.map((name) => join(under, name));
}

function blocksOf(page) {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, , block], n) => {
    const whole = around[page]?.[block.split('\n')[0].trim()] ?? 'HERE';
    const name = `${page.replaceAll(/\W/g, '-')}-${n + 1}.ts`;
    // Each is a module of its own, and not a script whose names all share.
    return { name, text: `${whole.replace(/^ *HERE$/m, () => block)}\nexport {};\n` };
  });
}

/** The README's commands and program as they stand, but for where the package comes from. */
export async function tryFirstPaidAnswer() {
  const readme = readFileSync(join(root, 'package/README.md'), 'utf8');
  const after = (mark, language) =>
    new RegExp(mark + '\\s+```' + language + '\n([^]*?)```').exec(readme)[1].trim();
  const at = join(folder, 'first-paid-answer');
  mkdirSync(at);
  const commands = after('<!-- first-paid-answer -->', 'sh').split('\n');
  const program = after('<!-- app.ts -->\n<!-- prettier-ignore -->', 'ts');
  assert(commands.length <= 5, `${commands.length} commands`);
  assert(program.split('\n').length <= 12, 'more than 12 lines');
  writeFileSync(join(at, 'app.ts'), program);
  const start = commands.pop();
  const startedAt = performance.now();
  for (const command of commands) run('sh', ['-c', command.replace(' creditgate ', ` ${tarball} `)], at);
  const database = { DATABASE_URL: await emptyDatabase() };
  await withApp('sh', ['-c', `exec ${start}`], at, database, async () => {
    await answering(PORT);
    const seconds = (performance.now() - startedAt) / 1000;
    await expectPaid(`http://127.0.0.1:${PORT}/speech`);
    console.log(`ok first paid answer: ${commands.length + 1} commands, ${seconds.toFixed(0)} s`);
  });
}
