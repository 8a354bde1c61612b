import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Meter } from './meter.js';

/** A file that is on disk and durable, but not yet anybody's. */
export interface StagedFile {
  path: string;
  bytes: number;
  sha256: string;
}

export class FileTooLargeError extends Error {
  override name = 'FileTooLargeError';

  constructor(readonly limitBytes: number) {
    super(`more than ${limitBytes} bytes`);
  }
}

/** Write a stream to its end, hashed on the way. @throws FileTooLargeError; nothing of the file is left then. */
export async function writeDurably(
  source: Readable,
  path: string,
  limitBytes = Infinity,
): Promise<StagedFile> {
  const meter = new Meter((bytes) => (bytes > limitBytes ? new FileTooLargeError(limitBytes) : undefined));
  // Opened before anything can fail: a stream that opens it itself may do so after it was removed for a failure.
  const file = await open(path, 'wx', 0o600);
  try {
    await pipeline(source, meter, file.createWriteStream({ flush: true }));
    return { path, bytes: meter.bytes, sha256: meter.sha256 };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
