import { answerWith, say } from '../library/answer-with.js';
import type { ExportJob } from './export-job.js';
import { writeExport } from './write-export.js';

await answerWith(async (job: ExportJob) => ({
  result: await writeExport(job, (progress) => say({ progress })),
}));
