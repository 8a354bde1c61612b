import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePlace } from '../library/file-place.js';
import type { StagedFile } from '../library/staged-file.js';
import type { ArchiveReader } from './archive-reader.js';

/** Moves unpacked files to their place; `placed` records how to undo each move. */
export async function bringFiles(
  archive: ArchiveReader,
  unpacked: string,
  place: FilePlace,
  placed: (() => Promise<void>)[],
): Promise<void> {
  const gone = new Set(archive.manifest.deletedMeanwhile.map(({ id }) => id));
  for (const name of archive.names('files/')) {
    const [, folder, id, file] = name.split('/');
    if (gone.has(id!)) continue;
    placed.push(() => place.remove(folder!, id!));
    const path = join(unpacked, name);
    const staged: StagedFile = { path, bytes: (await stat(path)).size, sha256: archive.sums.get(name)! };
    await place.keep(folder!, id!, { [file!]: staged });
  }
}
