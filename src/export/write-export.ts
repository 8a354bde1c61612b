import type { Readable } from 'node:stream';
import type { ExportFormat } from '../library/export.entity.js';
import { writeDocx } from './docx.js';
import type { ExportJob } from './export-job.js';
import { writeJson } from './json.js';
import { writePdf } from './pdf/pdf.js';
import { Progress } from './progress.js';
import { writeTxt } from './txt.js';
import { writeZip } from './zip.js';

type Writer = (job: ExportJob, progress: Progress) => Readable;

const WRITERS = {
  txt: writeTxt,
  json: writeJson,
  docx: writeDocx,
  pdf: writePdf,
  zip: writeZip,
} satisfies Record<ExportFormat, Writer>;

export function writeExport(job: ExportJob, report: (progress: number) => void): Readable {
  return WRITERS[job.format](job, new Progress(job, report));
}
