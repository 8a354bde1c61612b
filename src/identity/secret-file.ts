import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret of this installation, `<DATA_DIR>/keys/<name>`, made if there is none. It is written under another name
 * and linked, so that the file is whole or absent and the first of several instances wins.
 */
export async function readOrMakeSecret(
  dataDir: string,
  name: string,
  make: () => string | Promise<string>,
): Promise<string> {
  for (;;) {
    const secret = await readSecret(dataDir, name);
    if (secret !== undefined) return secret;
    await makeFolder(dataDir);
    await writeOnce(secretFile(dataDir, name), await make());
  }
}

/** Undefined: there is none. */
export async function readSecret(dataDir: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(secretFile(dataDir, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the secret with one rename, so that the file is always whole. */
export async function replaceSecret(dataDir: string, name: string, text: string): Promise<void> {
  await makeFolder(dataDir);
  const draft = await writeDraft(secretFile(dataDir, name), text);
  await rename(draft, secretFile(dataDir, name));
}

export function secretFile(dataDir: string, name: string): string {
  return join(dataDir, 'keys', name);
}

async function makeFolder(dataDir: string): Promise<void> {
  // The account of an embedded server must be able to pass through the folder, and nobody may list it.
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
}

async function writeOnce(file: string, text: string): Promise<void> {
  const draft = await writeDraft(file, text);
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    return draft;
  } finally {
    await handle.close();
  }
}
