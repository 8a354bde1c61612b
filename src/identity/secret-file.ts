import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret of this installation, `<DATA_DIR>/keys/<name>`: what is there, or what is made when nothing is. Written
 * under another name and linked, so that the file is whole or absent and the first of several instances wins.
 */
export async function readOrMakeSecret(
  dataDir: string,
  name: string,
  make: () => string | Promise<string>,
): Promise<string> {
  for (;;) {
    const secret = await readSecret(dataDir, name);
    if (secret !== undefined) return secret;
    // The account of an embedded server has to pass through the folder, and nobody to look into it.
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
    await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
    await writeOnce(secretFile(dataDir, name), await make());
  }
}

/** Undefined when there is none. */
export async function readSecret(dataDir: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(secretFile(dataDir, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function secretFile(dataDir: string, name: string): string {
  return join(dataDir, 'keys', name);
}

async function writeOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
}
