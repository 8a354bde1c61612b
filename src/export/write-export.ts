import type { ExportFormat } from '../library/export.entity.js';
import { writeDurably, type StagedFile } from '../library/staged-file.js';
import { writeDocx } from './docx.js';
import type { ExportJob, Writer } from './export-job.js';
import { writeJson } from './json.js';
import { writePdf } from './pdf/pdf.js';
import { Progress } from './progress.js';
import { writeTxt } from './txt.js';
import { writeZip } from './zip.js';

const WRITERS = {
  txt: writeTxt,
  json: writeJson,
  docx: writeDocx,
  pdf: writePdf,
  zip: writeZip,
} satisfies Record<ExportFormat, Writer>;

/** Makes the file of an export; durable when this resolves. */
export function writeExport(job: ExportJob, report: (progress: number) => void): Promise<StagedFile> {
  return writeDurably(WRITERS[job.format](job, new Progress(job, report)), job.path);
}
