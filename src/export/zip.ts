import { pipeline, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { writeDocx } from './docx.js';
import type { DocumentSource, ExportJob, RecordingSource } from './export-job.js';
import { recordingFactsOf } from './json.js';
import { Meter } from '../library/meter.js';
import { safeName } from '../library/safe-name.js';
import { UniqueNames, withoutExtension } from './names.js';
import type { Progress } from './progress.js';
import { writeTxt } from './txt.js';

interface Contents {
  file: string;
  bytes: number;
  sha256: string;
}

/**
 * A ZIP of documents in their original format (DOCX or plain text), recordings as uploaded, and `manifest.json` with
 * the facts and SHA-256 of each file. Files are added one after the other, so little is in memory at once.
 */
export function writeZip(job: ExportJob, progress: Progress): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  fill(zip, job, progress).catch((error: unknown) => output.destroy(error as Error));
  return output;
}

async function fill(zip: ZipFile, job: ExportJob, progress: Progress): Promise<void> {
  const names = { documents: new UniqueNames(), recordings: new UniqueNames() };
  const documents = [];
  for (const document of job.documents) {
    const file = `documents/${names.documents.take(safeName(document.title), document.kind)}`;
    const write = document.kind === 'docx' ? writeDocx : writeTxt;
    const source = write({ ...job, title: document.title, documents: [document] }, progress);
    const contents = await add(zip, file, source, document.createdAt, { compress: document.kind === 'txt' });
    documents.push({ ...factsOf(document), ...contents });
  }
  const recordings = [];
  for (const recording of job.recordings) {
    const { filename, container, createdAt } = recording;
    const name = safeName(withoutExtension(filename));
    const file = `recordings/${names.recordings.take(name, container)}`;
    const source = recording.sound!.stream();
    source.on('data', (chunk: Buffer) => progress.bytes(chunk.length));
    // Most of them are compressed already.
    const contents = await add(zip, file, source, createdAt, { compress: false });
    requireUnchanged(recording, contents);
    recordings.push({ ...recordingFactsOf(recording), ...contents });
  }
  const manifest = { title: job.title, documents, recordings };
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json');
  zip.end();
}

/** Resolves once all of it is in the ZIP. */
function add(
  zip: ZipFile,
  file: string,
  source: Readable,
  mtime: Date,
  { compress }: { compress: boolean },
): Promise<Contents> {
  return new Promise((resolve, reject) => {
    const meter = new Meter();
    pipeline(source, meter, (error) => {
      if (error) reject(error);
      else resolve({ file, bytes: meter.bytes, sha256: meter.sha256 });
    });
    zip.addReadStream(meter, file, { mtime, compress, mode: 0o100644 });
  });
}

/** Fails for a damaged recording, because the manifest must not call it sound. */
function requireUnchanged({ id, sha256 }: RecordingSource, contents: Contents): void {
  if (contents.sha256 !== sha256) throw new Error(`the stored recording ${id} is not what was uploaded`);
}

function factsOf({ id, kind, title, filename, createdAt, characters, words, paragraphs }: DocumentSource) {
  return { id, kind, title, filename, createdAt, characters, words, paragraphs };
}
