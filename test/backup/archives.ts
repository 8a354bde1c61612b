import { rm } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { openPromise } from 'yauzl';
import { ArchiveWriter } from '../../src/backup/archive-writer.js';
import { SUMS } from '../../src/backup/manifest.js';

export type Contents = Map<string, Buffer>;

export async function readArchive(path: string): Promise<Contents> {
  const zip = await openPromise(path, { autoClose: false });
  const contents: Contents = new Map();
  for await (const entry of zip.eachEntry()) {
    contents.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  zip.close();
  return contents;
}

/** Sums and all, as the product would write it, whatever is in it. */
export async function writeArchive(path: string, contents: Contents): Promise<void> {
  await rm(path, { force: true });
  const writer = await ArchiveWriter.create(path);
  for (const [name, bytes] of contents) if (name !== SUMS) await writer.add(name, Readable.from([bytes]));
  await writer.finish();
}
