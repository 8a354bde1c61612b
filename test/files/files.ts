import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that another program made; ORIGIN.md tells how. */
export function fileOf(kind: 'audio' | 'docx', name: string): Buffer {
  return readFileSync(join(import.meta.dirname, kind, name));
}
