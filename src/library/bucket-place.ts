import { unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Bucket } from './bucket.js';
import type { FilePlace, Range } from './file-place.js';
import type { StagedFile } from './staged-file.js';

/** `files/<folder>/<id>/<name>` in a bucket that every instance reaches. */
export class BucketPlace implements FilePlace {
  constructor(private readonly bucket: Bucket) {}

  async keep(folder: string, id: string, files: Record<string, StagedFile>): Promise<void> {
    for (const [name, file] of Object.entries(files)) {
      await this.bucket.put(keyOf(folder, id, name), file);
      await unlink(file.path);
    }
  }

  open(folder: string, id: string, name: string, range?: Range): Promise<Readable> {
    return this.bucket.get(keyOf(folder, id, name), range);
  }

  async remove(folder: string, id: string): Promise<void> {
    for await (const { key } of this.bucket.list(keyOf(folder, id, ''))) await this.bucket.delete(key);
  }

  /** Lists the bucket a thousand keys at a time, from the first of the ids to the last. */
  async missing(folder: string, ids: readonly string[], name: string): Promise<string[]> {
    const sorted = [...ids].sort();
    const there = new Set<string>();
    if (sorted.length > 0) {
      for await (const { key } of this.bucket.list(keyOf(folder), keyOf(folder, sorted[0]))) {
        const [id, found] = key.slice(keyOf(folder).length).split('/');
        if (id! > sorted.at(-1)!) break;
        if (found === name) there.add(id!);
      }
    }
    return ids.filter((id) => !there.has(id));
  }

  async idsUnchangedSince(folder: string, time: Date): Promise<string[]> {
    const isOld = new Map<string, boolean>();
    for await (const { key, changedAt } of this.bucket.list(keyOf(folder))) {
      const id = key.slice(keyOf(folder).length).split('/')[0]!;
      isOld.set(id, changedAt < time && isOld.get(id) !== false);
    }
    return [...isOld].filter(([, old]) => old).map(([id]) => id);
  }
}

/** Without an id or a name: what all of them begin with. */
function keyOf(...parts: [folder: string, id?: string, name?: string]): string {
  return ['files', ...parts, ...(parts.length === 1 ? [''] : [])].join('/');
}
