import type { Environment } from '../config/environment.js';
import { readSecret, replaceSecret } from '../identity/index.js';
import { bucketOf } from './place-of.js';

const NAME = 'database.id';

/** Where it stands in writing which databases something is of. */
export interface Sign {
  /** What names it, for people. */
  variable: 'DATA_DIR' | 'S3_BUCKET';
  ids(): Promise<string[]>;
  write(ids: readonly string[]): Promise<void>;
}

/** The last of them is on what has the stored files. */
export function signsOf(environment: Environment): Sign[] {
  const { dataDir } = environment;
  const folder: Sign = {
    variable: 'DATA_DIR',
    ids: async () => idsIn(await readSecret(dataDir, NAME)),
    write: (ids) => replaceSecret(dataDir, NAME, textOf(ids)),
  };
  const bucket = bucketOf(environment);
  if (bucket === undefined) return [folder];
  const inBucket: Sign = {
    variable: 'S3_BUCKET',
    ids: async () => idsIn(await bucket.text(NAME)),
    write: (ids) => bucket.putText(NAME, textOf(ids)),
  };
  return [folder, inBucket];
}

function idsIn(text = ''): string[] {
  return text.split('\n').filter((id) => id !== '');
}

function textOf(ids: readonly string[]): string {
  return [...ids, ''].join('\n');
}
