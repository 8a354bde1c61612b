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

/** A database and the archive for it. */
export interface Target {
  client: ClientBase;
  path: string;
  /** The groups of wallets that the database will have, which are the backup's; default one. */
  placement?: Placement;
}

interface Opened extends Required<Target> {
  archive: ArchiveReader;
}

export interface RestoreOptions {
  dataDir: string;
  /** Where the files go, if not to DATA_DIR. */
  place?: FilePlace | undefined;
  progress: Progress;
  /** True: restore even if the backup's own books do not agree. */
  acceptDifferences: boolean;
}

/** Restores into one database. @throws as `restoreAll` */
export async function restore(
  client: ClientBase,
  { path, placement, ...options }: RestoreOptions & Omit<Target, 'client'>,
): Promise<Manifest> {
  return (await restoreAll([{ client, path, placement }], options))[0]!;
}

/**
 * A backup into empty databases and an empty folder. The tables are made as the backup knows them, loaded, and
 * brought to this version. In one transaction each, files and keys in place before the first commits: what fails leaves
 * nothing.
 *
 * @throws RefusedError (a target is not empty, the books differ, the archives are of two backups), BackupError,
 *   ConfigurationError
 */
export async function restoreAll(targets: readonly Target[], options: RestoreOptions): Promise<Manifest[]> {
  const all: Opened[] = [];
  try {
    for (const target of targets) {
      const archive = await ArchiveReader.open(target.path);
      all.push({ ...target, placement: target.placement ?? ONE_GROUP, archive });
    }
    requireOneBackup(all);
    for (const { client } of all) await requireEmptyTarget(client, options);
    await inTransactions(all, async () => {
      for (const one of all) await restoreRows(one, options);
      await placeFiles(all, options);
    });
    return all.map(({ archive }) => archive.manifest);
  } finally {
    for (const { archive } of all) archive.close();
  }
}

function inTransactions([first, ...others]: readonly Opened[], work: () => Promise<void>): Promise<void> {
  if (first === undefined) return work();
  return inTransaction(first.client, 'BEGIN', () => inTransactions(others, work));
}

/**
 * Refuses archives of different backups: an older server would lack gifts that the others have noted as given.
 * @throws RefusedError
 */
function requireOneBackup([first, ...others]: readonly Opened[]): void {
  for (const { path, archive } of others) {
    const [one, other] = [first!.archive.manifest, archive.manifest];
    if (one.backup !== undefined && one.backup === other.backup) continue;
    const which = `${first!.path} as of ${one.takenAt}, ${path} as of ${other.takenAt}`;
    throw new RefusedError(`The archives are not of one backup: ${which}. Nothing was restored.`);
  }
}

async function restoreRows({ client, archive, placement }: Opened, options: RestoreOptions): Promise<void> {
  const { manifest } = archive;
  requireGroups(manifest, placement);
  const upTo = manifest.migrations;
  for (const migrate of MIGRATIONS) await migrate(client, { upTo, inTransaction: true, placement });
  await requireLevel(client, manifest);
  await loadRows(client, archive, options.progress);
  for (const migrate of MIGRATIONS) await migrate(client, { inTransaction: true, placement });
  await requireBooks(client, placement, options);
}

async function placeFiles(all: readonly Opened[], options: RestoreOptions): Promise<void> {
  const { dataDir, place, progress } = options;
  // Beside their places, so that a killed restore leaves only this folder, which the next one clears.
  const unpacked = join(dataDir, 'restoring');
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true, mode: 0o700 });
  const placed: (() => Promise<void>)[] = [];
  try {
    for (const { client, archive } of all) await unpackFiles(client, archive, unpacked, progress);
    const ledgers = all.flatMap(({ client, placement }) =>
      schemasIn(placement).map((schema) => ({ schema, query: rowsOf(client) })),
    );
    await requireErasureKey(ErasedPeople.in(...ledgers), unpacked);
    if (place !== undefined) {
      for (const { archive } of all) await bringFiles(archive, unpacked, place, placed);
    }
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

/** @throws RefusedError if the number of groups differs: it decides which group a user is in */
function requireGroups({ migrations }: Manifest, placement: Placement): void {
  const groups = Object.keys(migrations).filter((schema) => /_\d{4}$/.test(schema));
  const wanted = placement.count === 1 ? [] : schemasIn(placement);
  if (groups.sort().join() === wanted.join()) return;
  const what = groups.length === 0 ? 'one group of wallets' : `the groups ${groups.join(', ')}`;
  throw new RefusedError(`The backup has ${what}: set CREDIT_GROUPS as it was when the backup was made`);
}

/** Checks that exactly the backup's migrations are there. */
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
  placement: Placement,
  { progress, acceptDifferences }: RestoreOptions,
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
