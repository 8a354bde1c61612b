import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../apps.mjs';
import { cells, pairsOf } from './cells.mjs';

/** docs/lab/matrix.md, as this run found it. */
export function writeReport(rows) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  const date = new Date().toISOString().slice(0, 10);
  const [{ model }, memory] = [cpus()[0], Math.round(totalmem() / 2 ** 30)];
  const machine = `${cpus().length} × ${model.trim()}, ${memory} GiB, ${process.platform} ${release()}`;
  const line = ({ node, nest, typeorm, adapter, postgres, result, seconds }) =>
    `| ${[node, nest, typeorm, adapter, postgres, result, seconds ?? '–'].join(' | ')} |`;
  writeFileSync(
    join(root, 'docs/lab/matrix.md'),
    `# On which versions it runs

\`npm run matrix\` packs the module and tries it in ${rows.length} applications. Together they have each of the
${pairsOf(cells).count} pairs of versions at least once. Each application is charged, refused, rolled back and repeated
under a key, and its books are checked. Nest 11 is loaded as CommonJS and Nest 12 as ES modules. \`npm run matrix:short\`
tries three of them; CI tries the three applications of \`npm run test:package\`.

${date}, commit ${commit}, on ${machine}:

| Node | Nest | TypeORM | adapter | PostgreSQL | result | seconds |
| ---- | ---- | ------- | ------- | ---------- | ------ | ------- |
${rows.map(line).join('\n')}

The seconds include the installation, where a cell is the first with its packages.
`,
  );
  execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', 'docs/lab/matrix.md'], {
    cwd: root,
    stdio: 'inherit',
  });
}
