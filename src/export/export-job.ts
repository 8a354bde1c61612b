import type { Readable } from 'node:stream';
import type { DocumentFacts } from '../library/documents.service.js';
import type { ExportFormat } from '../library/export.entity.js';
import type { RecordingFacts } from '../library/recordings.service.js';

/** What is to be made. The files of it come open: the blocks of each document, then the sound of each recording. */
export interface ExportOrder {
  format: ExportFormat;
  title: string;
  documents: DocumentFacts[];
  recordings: RecordingFacts[];
  /** More bytes than these have no room. */
  limitBytes?: number;
}

/** A file to read, wherever it lies. */
export interface SourceFile {
  stream(): Readable;
  read(): Promise<Buffer>;
}

export type DocumentSource = DocumentFacts & { blocks: SourceFile };
/** Without its sound where the format has no place for it. */
export type RecordingSource = RecordingFacts & { sound: SourceFile | undefined };

export interface ExportJob extends ExportOrder {
  documents: DocumentSource[];
  recordings: RecordingSource[];
}
