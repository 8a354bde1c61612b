import { rm, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { ArchiveWriter } from '../../src/backup/archive-writer.js';
import { SUMS, type Manifest } from '../../src/backup/manifest.js';

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

/** As somebody else would zip it again: its directory is sound, its sums are those of what was in it. */
export async function zipAgain(path: string, contents: Contents): Promise<void> {
  const zip = new ZipFile();
  for (const [name, bytes] of contents) zip.addBuffer(bytes, name);
  zip.end();
  await writeFile(path, await buffer(zip.outputStream));
}

// What may become of a backup between two machines.

export function withManifest(contents: Contents, change: (manifest: Manifest) => void): Contents {
  const manifest = JSON.parse(contents.get('manifest.json')!.toString()) as Manifest;
  change(manifest);
  return contents.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
}

export const miscount = ({ tables }: Manifest) => {
  tables.find(({ name }) => name === 'erasures')!.rows = 7;
};

export function without(contents: Contents, ending: string): Contents {
  return new Map([...contents].filter(([name]) => !name.endsWith(ending)));
}

export function replaced(contents: Contents): Contents {
  const name = [...contents.keys()].find((entry) => entry.endsWith('/original'))!;
  return contents.set(name, Buffer.from('another'));
}
