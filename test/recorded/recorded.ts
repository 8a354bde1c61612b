import { expect } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The file holds this text. `npm run record` writes it; whoever reviews the change sees what became of it. */
export async function expectRecorded(file: string, text: string): Promise<void> {
  const path = join(root, file);
  if (process.env['RECORD'] === 'yes') await writeFile(path, text);
  expect(await readFile(path, 'utf8').catch(() => '')).toBe(text);
}
