import type { Readable } from 'node:stream';
import type { DocumentFacts } from '../library/documents.service.js';
import type { ExportFormat } from '../library/export.entity.js';
import type { RecordingFacts } from '../library/recordings.service.js';

/** An export to make. Its files come open: the blocks of each document, then the sound of each recording. */
export interface ExportOrder {
  format: ExportFormat;
  title: string;
  documents: DocumentFacts[];
  recordings: RecordingFacts[];
  /** The most bytes that there is room for. */
  limitBytes?: number;
}

/** A file to read, wherever it is. */
export interface SourceFile {
  stream(): Readable;
  read(): Promise<Buffer>;
}

export type DocumentSource = DocumentFacts & { blocks: SourceFile };
/** A recording; without its sound if the format has no place for it. */
export type RecordingSource = RecordingFacts & { sound: SourceFile | undefined };

export interface ExportJob extends ExportOrder {
  documents: DocumentSource[];
  recordings: RecordingSource[];
}
