import type { ExportFormat } from '../library/export.entity.js';
import { writeDurably, type StagedFile } from '../library/staged-file.js';
import type { ExportJob, Writer } from './export-job.js';
import { Progress } from './progress.js';

/** Loaded when asked for: a thread is begun for each export, and typesetting libraries are large. */
const WRITERS = {
  txt: async () => (await import('./txt.js')).writeTxt,
  json: async () => (await import('./json.js')).writeJson,
  docx: async () => (await import('./docx.js')).writeDocx,
  pdf: async () => (await import('./pdf/pdf.js')).writePdf,
  zip: async () => (await import('./zip.js')).writeZip,
} satisfies Record<ExportFormat, () => Promise<Writer>>;

/** Makes the file of an export; durable when this resolves. */
export async function writeExport(job: ExportJob, report: (progress: number) => void): Promise<StagedFile> {
  const write = await WRITERS[job.format]();
  return writeDurably(write(job, new Progress(job, report)), job.path);
}
