import { stat } from 'node:fs/promises';
import { archivePaths } from '../backup/archive-paths.js';
import { backUpAll } from '../backup/back-up.js';
import type { Manifest, WithoutFile } from '../backup/manifest.js';
import { counted } from '../credits/plumbing.js';
import { placeOf } from '../library/place-of.js';
import { ProgressBars } from './progress-bars.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';
import { withServers } from './with-database.js';

const USAGE = 'Usage: npm run backup -- FILE';

/**
 * Backs up rows, files and keys into one archive for each server, while the product runs. Exit code 1: the backup is
 * made, but some files had been lost before.
 */
async function main(): Promise<void> {
  const file = fileArgument();
  const progress = new ProgressBars();
  await withServers(async (servers, environment) => {
    const { dataDir } = environment;
    const paths = archivePaths(file, servers);
    const before = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    const sources = servers.map(({ client }, index) => ({ client, path: paths[index]! }));
    const made = await backUpAll(sources, { dataDir, place: placeOf(environment), progress }).finally(() =>
      progress.stop(),
    );
    for (const [index, manifest] of made.entries()) tell(paths[index]!, manifest, before[index]?.mtime);
  });
}

function tell(path: string, manifest: Manifest, before: Date | undefined): void {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(
    `${path}: ${counted(rows, 'row')} of ${counted(manifest.tables.length, 'table')}, ${counted(manifest.files, 'file')} and ${counted(manifest.keys, 'key')}, ` +
      `as of ${manifest.takenAt}${before === undefined ? '' : `, in place of what was written there at ${before.toISOString()}`}\n`,
  );
  tellLosses(manifest.lost);
}

function tellLosses(lost: readonly WithoutFile[]): void {
  if (lost.length === 0) return;
  for (const { table, id } of lost) {
    process.stderr.write(`${table} ${id}: its file is gone, or is not the one that was stored\n`);
  }
  process.exitCode = 1;
}

function fileArgument(): string {
  const [path, ...rest] = process.argv.slice(2);
  if (path === undefined || path.startsWith('-') || rest.length > 0) throw new UsageError(USAGE);
  return path;
}

run(main);
