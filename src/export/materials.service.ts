import { Injectable } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception.js';
import type { ExportFormat } from '../library/export.entity.js';
import { DocumentsService, type DocumentFacts } from '../library/documents.service.js';
import type { FileSource } from '../library/file-place.js';
import { RecordingsService, type RecordingFacts } from '../library/recordings.service.js';
import type { ExportBody } from './export.dto.js';

/** Formats that can hold recordings: their sound, or their facts. */
const WITH_RECORDINGS: readonly ExportFormat[] = ['zip', 'json'];
/** How much memory a process may use for one export. */
const MAX_PARAGRAPHS: Partial<Record<ExportFormat, number>> = { docx: 50_000, pdf: 100_000 };
const MAX_RECORDED_BYTES = 1024 ** 3;

export interface Materials {
  documents: DocumentFacts[];
  recordings: RecordingFacts[];
  /** The blocks of each document, then the sound of each recording if it is needed. */
  files: FileSource[];
}

/** What an export is made of. */
@Injectable()
export class MaterialsService {
  constructor(
    private readonly documents: DocumentsService,
    private readonly recordings: RecordingsService,
  ) {}

  /**
   * Finds everything that the user asked for.
   *
   * @throws ProblemException validation_failed (no id, or recordings in a format that takes none), NotFoundException
   *   for an id that is missing or another user's, payload_too_large (recordings of more than 1 GiB),
   *   file_too_complex
   */
  async gather(userId: string, body: ExportBody): Promise<Materials> {
    const [documentIds, audioIds] = [body.documentIds ?? [], body.audioIds ?? []];
    requireIds(body.format, documentIds, audioIds);
    const [documents, recordings] = await Promise.all([
      this.documents.facts(userId, documentIds),
      this.recordings.facts(userId, audioIds),
    ]);
    requireBearable(body.format, { documents, recordings });
    const sounds = body.format === 'zip' ? recordings.map(({ id }) => this.recordings.sound(id)) : [];
    const files = [...documents.map(({ id }) => this.documents.blocks(id)), ...sounds];
    return { documents, recordings, files };
  }
}

function requireIds(format: ExportFormat, documentIds: string[], audioIds: string[]): void {
  if (documentIds.length + audioIds.length === 0) throw invalid('documentIds', 'at least one id is needed');
  if (audioIds.length > 0 && !WITH_RECORDINGS.includes(format)) {
    throw invalid('audioIds', `a ${format} has no place for recordings; zip and json have`);
  }
}

function requireBearable(format: ExportFormat, { documents, recordings }: Omit<Materials, 'files'>): void {
  const recordedBytes = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
  if (recordedBytes > MAX_RECORDED_BYTES) {
    const limit = { limitBytes: MAX_RECORDED_BYTES };
    throw new ProblemException(
      'payload_too_large',
      'The recordings of one export may have at most 1 GiB.',
      limit,
    );
  }
  const most = MAX_PARAGRAPHS[format] ?? Infinity;
  if (documents.reduce((sum, { paragraphs }) => sum + paragraphs, 0) > most) {
    throw new ProblemException('file_too_complex', `A ${format} may have at most ${most} paragraphs.`);
  }
}

function invalid(path: string, message: string): ProblemException {
  return new ProblemException('validation_failed', `${path}: ${message}`, { errors: [{ path, message }] });
}
