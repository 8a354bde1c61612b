import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { requireErasureKey } from '../account/erasure-key.js';
import { ErasedPeople } from '../credits/index.js';
import {
  checkIntegrity,
  ONE_GROUP,
  schemasIn,
  type Difference,
  type Placement,
} from '../credits/plumbing.js';
import { MIGRATIONS } from '../migrations.js';
import { ArchiveReader } from './archive-reader.js';
import { syncFolderOf } from './archive-writer.js';
import type { FilePlace } from '../library/file-place.js';
import { bringFiles } from './bring-files.js';
import type { Progress } from './back-up.js';
import { BackupError, RefusedError } from './backup-error.js';
import { migrationsOf } from './catalog.js';
import { requireEmptyTarget } from './empty-target.js';
import { loadRows } from './load-rows.js';
import type { Manifest } from './manifest.js';
import { unpackFiles } from './unpack-files.js';
import { inTransaction, rowsOf } from './session.js';

export interface RestoreOptions {
  /** The groups of wallets that the database is to have: those of the backup. By default one. */
  placement?: Placement;
  dataDir: string;
  /** Where the files go, when that is not DATA_DIR. */
  place?: FilePlace | undefined;
  path: string;
  progress: Progress;
  /** Books that differ in the backup itself keep it from being restored, unless the operator says otherwise. */
  acceptDifferences: boolean;
}

/**
 * A backup into an empty database and an empty folder. The tables are made as the backup knows them, loaded, and
 * brought to this version. In one transaction, files and keys in place before it commits: what fails leaves nothing.
 *
 * @throws RefusedError (the target is not empty, the books differ), BackupError, ConfigurationError
 */
export async function restore(client: ClientBase, options: RestoreOptions): Promise<Manifest> {
  const archive = await ArchiveReader.open(options.path);
  try {
    await requireEmptyTarget(client, options);
    await inTransaction(client, 'BEGIN', () => restoreAll(client, archive, options));
    return archive.manifest;
  } finally {
    archive.close();
  }
}

async function restoreAll(
  client: ClientBase,
  archive: ArchiveReader,
  options: RestoreOptions,
): Promise<void> {
  const { manifest } = archive;
  const { dataDir, place, progress, placement = ONE_GROUP } = options;
  requireGroups(manifest, placement);
  const upTo = manifest.migrations;
  for (const migrate of MIGRATIONS) await migrate(client, { upTo, inTransaction: true, placement });
  await requireLevel(client, manifest);
  await loadRows(client, archive, progress);
  for (const migrate of MIGRATIONS) await migrate(client, { inTransaction: true, placement });
  await requireBooks(client, options);

  // Beside their places: a restore that was killed leaves this folder alone, which the next one clears.
  const unpacked = join(dataDir, 'restoring');
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true, mode: 0o700 });
  const placed: (() => Promise<void>)[] = [];
  try {
    await unpackFiles(client, archive, unpacked, progress);
    const ledgers = schemasIn(placement).map((schema) => ({ schema, query: rowsOf(client) }));
    await requireErasureKey(ErasedPeople.in(...ledgers), unpacked);
    if (place !== undefined) await bringFiles(archive, unpacked, place, placed);
    for (const folder of place === undefined ? ['files', 'keys'] : ['keys']) {
      await rmdir(join(dataDir, folder)).catch(() => undefined);
      await rename(join(unpacked, folder), join(dataDir, folder));
      placed.push(() => rm(join(dataDir, folder), { recursive: true, force: true }));
    }
    await syncFolderOf(unpacked);
  } catch (error) {
    // If undoing fails as well, the first fault is the one to report.
    for (const takeBack of placed) await takeBack().catch(() => undefined);
    throw error;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** @throws RefusedError: a user's group follows from their number, so it is never another one */
function requireGroups({ migrations }: Manifest, placement: Placement): void {
  const groups = Object.keys(migrations).filter((schema) => /_\d{4}$/.test(schema));
  const wanted = placement.count === 1 ? [] : schemasIn(placement);
  if (groups.sort().join() === wanted.join()) return;
  const what = groups.length === 0 ? 'one group of wallets' : `the groups ${groups.join(', ')}`;
  throw new RefusedError(`The backup has ${what}: set CREDIT_GROUPS as it was when the backup was made`);
}

/** Exactly the migrations of the backup are there. */
async function requireLevel(client: ClientBase, { migrations, creditgate }: Manifest): Promise<void> {
  for (const [schema, names] of Object.entries(migrations)) {
    const known = await migrationsOf(client, schema).catch((): string[] => []);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    throw new BackupError(
      `this version does not know its migration ${unknown} of ${schema}; it was made by version ${creditgate}`,
    );
  }
}

async function requireBooks(
  client: ClientBase,
  { progress, acceptDifferences, placement = ONE_GROUP }: RestoreOptions,
): Promise<void> {
  progress.begin('wallets', 0);
  const differences: Difference[] = [];
  for (const schema of schemasIn(placement)) {
    const onProgress = (wallets: number) => progress.report(wallets);
    differences.push(...(await checkIntegrity(rowsOf(client), { schema, onProgress })).differences);
  }
  const [first] = differences;
  if (first === undefined || acceptDifferences) return;
  throw new RefusedError(
    `The books in the backup differ in ${differences.length} places, first ${first.check} of ${first.userId}: ` +
      'nothing was restored; --accept-differences restores them as they are',
  );
}
