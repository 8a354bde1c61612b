import type { WorkApart } from '../library/apart/work.js';
import type { ExportOrder } from './export-job.js';
import { writeExport } from './write-export.js';

/** Makes an export of the given files; it is the program's output. */
export const work: WorkApart<ExportOrder, void> = async ({ given, files, output, report }) => {
  const documents = given.documents.map((facts, index) => ({ ...facts, blocks: files[index]! }));
  const sounds = files.slice(documents.length);
  const recordings = given.recordings.map((facts, index) => ({ ...facts, sound: sounds[index] }));
  await output.write(writeExport({ ...given, documents, recordings }, report), given.limitBytes);
};
