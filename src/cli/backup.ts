import { stat } from 'node:fs/promises';
import { backUp } from '../backup/back-up.js';
import type { WithoutFile } from '../backup/manifest.js';
import { placeOf } from '../library/place-of.js';
import { ProgressBars } from './progress-bars.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';
import { withDatabase } from './with-database.js';

const USAGE = 'Usage: npm run backup -- FILE';

/** Rows, files and keys into one file, while the product runs. Exit code 1: it was made, and files were lost before. */
async function main(): Promise<void> {
  const path = fileArgument();
  const before = await stat(path).catch(() => undefined);
  const progress = new ProgressBars();
  const manifest = await withDatabase((client, environment) => {
    const place = placeOf(environment);
    return backUp(client, { dataDir: environment.dataDir, place, path, progress }).finally(() =>
      progress.stop(),
    );
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(
    `${path}: ${rows} rows of ${manifest.tables.length} tables, ${manifest.files} files and ${manifest.keys} keys, ` +
      `as of ${manifest.takenAt}${before === undefined ? '' : `, in place of what was written there at ${before.mtime.toISOString()}`}\n`,
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
