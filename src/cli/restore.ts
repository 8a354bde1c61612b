import { parseArgs } from 'node:util';
import { restore } from '../backup/restore.js';
import { BucketPlace } from '../library/bucket-place.js';
import { bucketOf } from '../library/place-of.js';
import { ProgressBars } from './progress-bars.js';
import { run } from './run.js';
import { UsageError } from './usage-error.js';
import { withDatabase } from './with-database.js';

const USAGE = 'Usage: npm run restore -- FILE [--accept-differences]';

/** A backup into an empty database and an empty DATA_DIR, checked; nothing is left of one that fails. */
async function main(): Promise<void> {
  const { path, acceptDifferences } = readArguments();
  const progress = new ProgressBars();
  const manifest = await withDatabase((client, environment) => {
    const { dataDir, groupCount, places } = environment;
    const bucket = bucketOf(environment);
    return restore(client, {
      placement: { count: groupCount, here: places[0]!.groups },
      dataDir,
      place: bucket && new BucketPlace(bucket),
      path,
      progress,
      acceptDifferences,
    }).finally(() => progress.stop());
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  process.stdout.write(
    `restored as of ${manifest.takenAt}: ${rows} rows, ${manifest.files} files and ${manifest.keys} keys; ` +
      `every checksum is right${acceptDifferences ? '' : ' and the books agree'}\n`,
  );
}

function readArguments(): { path: string; acceptDifferences: boolean } {
  try {
    const options = { 'accept-differences': { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new TypeError('one file must be named');
    return { path: positionals[0]!, acceptDifferences: values['accept-differences'] };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\.[^]*/, '')}. ${USAGE}`);
  }
}

run(main);
