import type { ExportFormat } from '../library/export.entity.js';
import type { DocumentSource } from '../library/documents.service.js';
import type { RecordingSource } from '../library/recordings.service.js';
import type { Progress } from './progress.js';
import type { Readable } from 'node:stream';

/** What a thread is to make, of what, and where to put it. */
export interface ExportJob {
  format: ExportFormat;
  title: string;
  documents: DocumentSource[];
  recordings: RecordingSource[];
  /** Where the file is to be staged. */
  path: string;
  /** More bytes than these have no room. */
  limitBytes?: number;
}

export type Writer = (job: ExportJob, progress: Progress) => Readable;
