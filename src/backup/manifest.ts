import { BackupError } from './backup-error.js';
import type { Sequence } from './catalog.js';

// The archive: a ZIP, because both libraries are here already, the length of an entry need not be known before it is
// written, and the directory at its end tells at once whether all of it has come. In this order:
//
//   rows/<schema>/<table>      COPY's own text, all tables of one snapshot
//   files/<folder>/<id>/<name> what lies in DATA_DIR/files for the rows of that snapshot
//   keys/<name>                what lies in DATA_DIR/keys
//   manifest.json              this file's Manifest
//   SHA256SUMS                 of all the others, as `sha256sum --check` reads it

export const FORMAT = 1;
export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';

export interface StoredTable {
  schema: string;
  name: string;
  columns: string[];
  rows: number;
}

/** A row of a shelf whose file is not in the archive. */
export interface WithoutFile {
  table: string;
  id: string;
}

export interface Manifest {
  format: number;
  /** Versions of the program that made the backup, and of the server. */
  creditgate: string;
  postgresql: string;
  /** The same in the archives of all servers that were backed up together; older archives have none. */
  backup?: string;
  /** The instant of the snapshot. */
  takenAt: string;
  /** The numbered migrations of each schema. */
  migrations: Record<string, string[]>;
  /** In an order in which they can be loaded. */
  tables: StoredTable[];
  sequences: Sequence[];
  files: number;
  keys: number;
  /** Deleted by their owners while the backup was made: they are left out of what is restored. */
  deletedMeanwhile: WithoutFile[];
  /** Rows whose file was lost before; they are restored as they were. */
  lost: WithoutFile[];
}

export const entryOf = ({ schema, name }: { schema: string; name: string }) =>
  `rows/${encodeURIComponent(schema)}/${encodeURIComponent(name)}`;

/** @throws BackupError */
export function parseManifest(text: string): Manifest {
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format === FORMAT) return manifest;
  throw new BackupError(`it has the format ${manifest.format}, this version reads ${FORMAT}`);
}
