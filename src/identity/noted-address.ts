import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = 'address';

/** Remembers where the server of this folder answers, for a shell that does not know the settings it was started with. */
export async function noteAddress(dataDir: string, url: string): Promise<void> {
  const file = join(dataDir, NAME);
  await mkdir(dataDir, { recursive: true });
  // A reader meanwhile finds the whole previous one.
  await writeFile(`${file}.${process.pid}`, `${url}\n`, { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}

/** Null: no server has noted any. */
export async function notedAddress(dataDir: string): Promise<string | null> {
  const text = await readFile(join(dataDir, NAME), 'utf8').catch(() => '');
  return URL.canParse(text.trim()) ? text.trim() : null;
}
