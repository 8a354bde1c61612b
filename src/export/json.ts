import { Readable } from 'node:stream';
import type { DocumentSource, ExportJob, RecordingSource } from './export-job.js';
import type { Progress } from './progress.js';

/** All facts of the documents, with their blocks, and of the recordings, in the API's members. */
export function writeJson(job: ExportJob, progress: Progress): Readable {
  return Readable.from(partsOf(job, progress), { objectMode: false });
}

async function* partsOf({ title, documents, recordings }: ExportJob, progress: Progress) {
  yield `{"title":${JSON.stringify(title)},"documents":[`;
  for (const [index, document] of documents.entries()) {
    yield `${index > 0 ? ',' : ''}${JSON.stringify(factsOf(document)).slice(0, -1)},"blocks":`;
    // They are already JSON, and may be large.
    yield* document.blocks.stream() as AsyncIterable<Buffer>;
    yield '}';
    progress.paragraphs(document.paragraphs);
  }
  yield `],"recordings":${JSON.stringify(recordings.map(recordingFactsOf))}}\n`;
}

function factsOf({ blocks: _, ...facts }: DocumentSource) {
  return facts;
}

/** The facts of a recording; its sound goes only into a ZIP. */
export function recordingFactsOf({ sound: _, ...facts }: RecordingSource) {
  return facts;
}
