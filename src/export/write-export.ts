import type { ExportFormat } from '../library/export.entity.js';
import { FileRefusal } from '../library/answer-with.js';
import { FileTooLargeError, writeDurably, type StagedFile } from '../library/staged-file.js';
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

/** Makes the file of an export; durable when this resolves. @throws FileRefusal storage_full */
export async function writeExport(job: ExportJob, report: (progress: number) => void): Promise<StagedFile> {
  const write = await WRITERS[job.format]();
  try {
    return await writeDurably(write(job, new Progress(job, report)), job.path, job.limitBytes);
  } catch (error) {
    if (error instanceof FileTooLargeError) throw new FileRefusal('storage_full', error.message);
    throw error;
  }
}
