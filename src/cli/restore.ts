import { parseArgs } from 'node:util';
import { archivePaths } from '../backup/archive-paths.js';
import { restoreAll } from '../backup/restore.js';
import { counted } from '../credits/plumbing.js';
import { BucketPlace } from '../library/bucket-place.js';
import { bucketOf } from '../library/place-of.js';
import { ProgressBars } from './progress-bars.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';
import { withServers } from './with-database.js';

const USAGE = 'Usage: npm run restore -- FILE [--accept-differences]';

/** Restores a backup into empty databases and an empty DATA_DIR, and checks it. A failed restore leaves nothing. */
async function main(): Promise<void> {
  const { file, acceptDifferences } = readArguments();
  const progress = new ProgressBars();
  const manifests = await withServers((servers, environment) => {
    const { dataDir } = environment;
    const bucket = bucketOf(environment);
    const paths = archivePaths(file, servers);
    const targets = servers.map(({ client, placement }, index) => ({
      client,
      placement,
      path: paths[index]!,
    }));
    const place = bucket && new BucketPlace(bucket);
    return restoreAll(targets, { dataDir, place, progress, acceptDifferences }).finally(() =>
      progress.stop(),
    );
  });
  const books = acceptDifferences ? '' : ' and the books agree';
  for (const { takenAt, tables, files, keys } of manifests) {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `restored as of ${takenAt}: ${counted(rows, 'row')}, ${counted(files, 'file')} and ${counted(keys, 'key')}; every checksum is right${books}\n`,
    );
  }
}

function readArguments(): { file: string; acceptDifferences: boolean } {
  try {
    const options = { 'accept-differences': { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new TypeError('one file must be named');
    return { file: positionals[0]!, acceptDifferences: values['accept-differences'] };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\.[^]*/, '')}. ${USAGE}`);
  }
}

run(main);
