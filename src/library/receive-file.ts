import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { withoutControls } from '../problems/printable.js';
import { ProblemException } from '../problems/problem.exception.js';
import { sizeOf } from '../problems/size-of.js';
import type { FileStore } from './file-store.js';
import { FileTooLargeError, type StagedFile } from './staged-file.js';

export interface ReceivedFile extends StagedFile {
  filename: string;
}

const SILENCE_LIMIT_MS = 30_000;
const MAX_NAME_CHARACTERS = 255;

/**
 * The one file of a multipart body, streamed to disk and hashed on the way; durable when this resolves.
 *
 * @throws ProblemException unsupported_media_type (no multipart body), payload_too_large (announced, or met while
 *   reading), malformed_multipart (no boundary, cut off, two files, too many fields), file_missing
 */
export async function receiveFile(
  request: FastifyRequest,
  files: FileStore,
  limitBytes: number,
): Promise<ReceivedFile> {
  if (!request.isMultipart()) {
    throw new ProblemException(
      'unsupported_media_type',
      'Send the file as multipart/form-data in a field "file".',
    );
  }
  const tooLarge = () =>
    new ProblemException('payload_too_large', `The limit is ${sizeOf(limitBytes)}.`, { limitBytes });
  // Before a byte is read. Besides the file, a body has its framing and field names.
  if (Number(request.headers['content-length'] ?? 0) > limitBytes + 64 * 1024) throw tooLarge();

  let received: ReceivedFile | undefined;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
  request.raw.on('data', () => timer.refresh());
  silence.signal.addEventListener('abort', () => request.raw.destroy(new Error('no byte for 30 seconds')));
  try {
    // One more than allowed, so that a second file is noticed.
    for await (const part of request.files({
      limits: { files: 2, fields: 20, parts: 22, fileSize: limitBytes + 1 },
    })) {
      if (received !== undefined || part.fieldname !== 'file') {
        throw new ProblemException('malformed_multipart', 'Send exactly one file, in the field "file".');
      }
      const staged = await files.stage(part.file, limitBytes);
      received = { ...staged, filename: displayName(part.filename) };
    }
    if (received === undefined)
      throw new ProblemException('file_missing', 'There is no file in the field "file".');
    return received;
  } catch (error) {
    if (received !== undefined) await files.discard(received.path);
    if (error instanceof FileTooLargeError) throw tooLarge();
    // An error of the file system is this machine's fault, not the body's.
    if (error instanceof ProblemException || isOfTheDisk(error)) throw error;
    throw new ProblemException(
      'malformed_multipart',
      'The multipart/form-data body is incomplete.',
      {},
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

function isOfTheDisk(error: unknown): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall !== undefined && code !== 'ECONNRESET';
}

/** The last part of the name that the client sent, for people to read and never for a path. */
function displayName(name: string | undefined): string {
  const last = (name ?? '').toWellFormed().split(/[\\/]/).at(-1) ?? '';
  const printable = withoutControls(last).slice(0, MAX_NAME_CHARACTERS).toWellFormed();
  return printable === '' ? 'unnamed' : printable;
}
