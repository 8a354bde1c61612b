// The page, and the description of the API in its style: each is one script and one style sheet, named after their content so that browsers may keep
// them for ever, and every file of some size lies beside its compressed forms.
import { build } from 'esbuild';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const sources = 'src/web/page';
const target = 'dist/web/public';
const WORTH_COMPRESSING = /\.(html|js|css|svg|txt)$/;

for (const name of readdirSync(target).filter((name) => /^(main|reference)-/.test(name)))
  rmSync(join(target, name), { force: true });
const { metafile } = await build({
  entryPoints: ['main.tsx', 'reference.tsx'].map((name) => join(sources, name)),
  outdir: target,
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  metafile: true,
  logLevel: 'warning',
});
const names = Object.keys(metafile.outputs).map((path) => basename(path));
for (const page of ['index.html', 'docs.html']) {
  const html = names.reduce(
    (text, name) => text.replace(name.replace(/-\w+(?=\.)/, ''), name),
    readFileSync(join(sources, page), 'utf8'),
  );
  writeFileSync(join(target, page), html);
}

for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !WORTH_COMPRESSING.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
