import type { Readable } from 'node:stream';
import type { StagedFile } from './staged-file.js';

export interface Range {
  start: number;
  /** The last byte, counted from 0. */
  end: number;
}

/** Where kept files lie: under the folder of their kind, the id of their row, and a name that we gave them. */
export interface FilePlace {
  /** Staged files come to their place, and are staged no more; durable when this resolves. */
  keep(folder: string, id: string, files: Record<string, StagedFile>): Promise<void>;
  /** Rejects when there is no such file: that must be known before the first byte of an answer. */
  open(folder: string, id: string, name: string, range?: Range): Promise<Readable>;
  remove(folder: string, id: string): Promise<void>;
  /** Those of the ids that have no file of this name. */
  missing(folder: string, ids: readonly string[], name: string): Promise<string[]>;
  /** Of what has not changed since: for the sweeper of files without a row. */
  idsUnchangedSince(folder: string, time: Date): Promise<string[]>;
}

/** How a file that lies somewhere is opened. */
export type FileSource = () => Promise<Readable>;
