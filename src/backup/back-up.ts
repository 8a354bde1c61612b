import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { requireErasureKey } from '../account/erasure-key.js';
import { ownVersion } from '../config/own-version.js';
import { ErasedPeople } from '../credits/index.js';
import { ONE_GROUP, placementIn, schemasIn } from '../credits/plumbing.js';
import type { FilePlace } from '../library/file-place.js';
import { FolderPlace } from '../library/folder-place.js';
import { ArchiveWriter } from './archive-writer.js';
import { copyFiles, copyKeys } from './copy-files.js';
import { FORMAT, MANIFEST, type Manifest } from './manifest.js';
import { rowsOf } from './session.js';
import { copySnapshot } from './snapshot.js';

export interface BackUpOptions {
  dataDir: string;
  /** Where the rows' files are; default DATA_DIR. */
  place?: FilePlace;
  progress: Progress;
}

/** A database and its archive. */
export interface Source {
  client: ClientBase;
  path: string;
}

/**
 * Backs up each server into an archive of its own, which names its backup. The first group's comes first: gifts are
 * kept there, and one must not be marked as done while wallets elsewhere have yet to get it.
 *
 * @throws as `backUp`
 */
export async function backUpAll(sources: readonly Source[], options: BackUpOptions): Promise<Manifest[]> {
  const backup = randomUUID();
  const manifests: Manifest[] = [];
  for (const { client, path } of sources) manifests.push(await backUp(client, { ...options, path, backup }));
  return manifests;
}

export interface Progress {
  begin(what: string, total: number): void;
  report(soFar: number): void;
}

/**
 * Rows, files and keys into one archive, while everything runs: rows as of one instant, then what belongs to them.
 *
 * @throws ConfigurationError when DATA_DIR is not the one of this database, RefusedError when there is nothing
 */
export async function backUp(
  client: ClientBase,
  options: BackUpOptions & { path: string; backup?: string },
): Promise<Manifest> {
  const { dataDir, place = new FolderPlace(join(dataDir, 'files')), path, progress } = options;
  const { backup = randomUUID() } = options;
  const schemas = schemasIn((await placementIn(client)) ?? ONE_GROUP);
  const ledgers = schemas.map((schema) => ({ schema, query: rowsOf(client) }));
  await requireErasureKey(ErasedPeople.in(...ledgers), dataDir);
  const archive = await ArchiveWriter.create(path);
  try {
    const { shelfRows, ...snapshot } = await copySnapshot(client, archive, {
      begin: (rows) => progress.begin('rows', rows),
      report: (rows) => progress.report(rows),
    });
    progress.begin('files', shelfRows.length);
    const onFiles = (files: number) => progress.report(files);
    const copied = await copyFiles(client, archive, { place, rows: shelfRows, onFiles });
    const keys = await copyKeys(archive, dataDir);
    const made = { format: FORMAT, creditgate: ownVersion(), backup };
    const manifest: Manifest = { ...made, ...snapshot, ...copied, keys };
    await archive.addText(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
    await archive.finish();
    return manifest;
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}
