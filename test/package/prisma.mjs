// Prisma 7 with its adapter for pg: rows and credits in one transaction. Its client is generated here, which needs no
// engine of its own; where it is told where one is, it downloads none.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDatabase, folder, install, run, tarball } from './apps.mjs';

export async function tryPrisma() {
  const at = join(folder, 'prisma');
  cpSync(join(import.meta.dirname, 'prisma'), at, { recursive: true });
  cpSync(join(import.meta.dirname, 'hosts/nest12-without-typeorm/together.ts'), join(at, 'together.ts'));
  install(at, '--ignore-scripts', tarball);
  run('npx', ['prisma', 'generate'], at, { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath });
  run('npx', ['tsc', '-p', '.'], at);
  run('node', ['out/app.js'], at, { DATABASE_URL: await emptyDatabase() });
  console.log('ok prisma: a commit, a rollback and a refusal in between');
}
