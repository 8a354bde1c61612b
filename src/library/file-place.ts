import type { Readable } from 'node:stream';
import type { StagedFile } from './staged-file.js';

export interface Range {
  start: number;
  /** The last byte, counted from 0. */
  end: number;
}

/** Where stored files are: under the folder of their kind, the id of their row, and a name of our own. */
export interface FilePlace {
  /** Move staged files to their place; durable when this resolves. */
  keep(folder: string, id: string, files: Record<string, StagedFile>): Promise<void>;
  /** Rejects if there is no such file, which must be known before the first byte of an answer. */
  open(folder: string, id: string, name: string, range?: Range): Promise<Readable>;
  remove(folder: string, id: string): Promise<void>;
  /** The ids that have no file of this name. */
  missing(folder: string, ids: readonly string[], name: string): Promise<string[]>;
  /** Ids whose files have not changed since; the sweeper looks for those without a row. */
  idsUnchangedSince(folder: string, time: Date): Promise<string[]>;
}

/** Opens a stored file. */
export type FileSource = () => Promise<Readable>;
