import type { ExportOrder } from './export-job.js';

const REPORTED_EVERY_MS = 200;
/** Bytes that take roughly as long as a paragraph. */
const BYTES_PER_STEP = 64 * 1024;

/** The progress of an export, counted in paragraphs and in bytes of recordings. */
export class Progress {
  readonly #total: number;
  #done = 0;
  #reportedAt = performance.now();

  constructor(
    { documents, recordings }: Pick<ExportOrder, 'documents' | 'recordings'>,
    private readonly report: (part: number) => void,
  ) {
    const paragraphs = documents.reduce((sum, document) => sum + document.paragraphs, 0);
    this.#total = paragraphs + recordings.reduce((sum, { bytes }) => sum + bytes / BYTES_PER_STEP, 0);
  }

  paragraphs(count: number): void {
    this.#done += count;
    const now = performance.now();
    if (now - this.#reportedAt < REPORTED_EVERY_MS) return;
    this.#reportedAt = now;
    this.report(Math.min(1, this.#done / this.#total));
  }

  bytes(count: number): void {
    this.paragraphs(count / BYTES_PER_STEP);
  }
}
