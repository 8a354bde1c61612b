import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { ZipFile } from 'yazl';
import type { DocumentSource } from '../library/documents.service.js';
import type { RecordingSource } from '../library/recordings.service.js';
import { writeDocx } from './docx.js';
import type { ExportJob } from './export-job.js';
import { recordingFactsOf } from './json.js';
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
 * Documents in the form they came in, DOCX or plain text; recordings as they came; and `manifest.json`, which tells
 * of each file what it is and its SHA-256. One file after the other, so little is in memory at once.
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
    const source = createReadStream(recording.path);
    source.on('data', (chunk) => progress.bytes(chunk.length));
    // Most of them are compressed already.
    const contents = await add(zip, file, source, createdAt, { compress: false });
    requireUnchanged(recording, contents);
    recordings.push({ ...recordingFactsOf(recording), ...contents });
  }
  const manifest = { title: job.title, documents, recordings };
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json');
  zip.end();
}

/** Resolves when all of it is in the ZIP. */
function add(
  zip: ZipFile,
  file: string,
  source: Readable,
  mtime: Date,
  { compress }: { compress: boolean },
): Promise<Contents> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    pipeline(source, meter, (error) => {
      if (error) reject(error);
      else resolve({ file, bytes, sha256: hash.digest('hex') });
    });
    zip.addReadStream(meter, file, { mtime, compress, mode: 0o100644 });
  });
}

/** A manifest that tells of a damaged recording that all is well would be a lie. */
function requireUnchanged({ id, sha256 }: RecordingSource, contents: Contents): void {
  if (contents.sha256 !== sha256) throw new Error(`the stored recording ${id} is not what was uploaded`);
}

function factsOf({ id, kind, title, filename, createdAt, characters, words, paragraphs }: DocumentSource) {
  return { id, kind, title, filename, createdAt, characters, words, paragraphs };
}
