import { open, unlink, type FileHandle } from 'node:fs/promises';
import type { FileSource } from '../file-place.js';

const PIECE_BYTES = 1024 * 1024;

/** A file without a name, shared by the server and one process apart: gone with both of them, whatever happens. */
export interface Scratch {
  ours: FileHandle;
  /** For the process to be born with; ours to close afterwards. */
  theirs: FileHandle;
}

export async function openScratch(path: string, theyMay: 'r' | 'r+'): Promise<Scratch> {
  const ours = await open(path, 'wx+', 0o600);
  try {
    return { ours, theirs: await open(path, theyMay) };
  } catch (error) {
    await ours.close();
    throw error;
  } finally {
    await unlink(path);
  }
}

/** Lay files into a scratch, one behind the other, and nothing behind them. Answers their sizes. */
export async function layIn(files: readonly (string | FileSource)[], scratch: FileHandle): Promise<number[]> {
  const sizes: number[] = [];
  let end = 0;
  for (const file of files) {
    const bytes =
      typeof file === 'string' ? await layFile(file, scratch, end) : await pour(file, scratch, end);
    sizes.push(bytes);
    end += bytes;
  }
  await scratch.truncate(end);
  return sizes;
}

async function layFile(path: string, scratch: FileHandle, at: number): Promise<number> {
  const source = await open(path, 'r');
  return copy(source, scratch, at).finally(() => source.close());
}

async function pour(source: FileSource, scratch: FileHandle, at: number): Promise<number> {
  let done = 0;
  for await (const piece of (await source()) as AsyncIterable<Buffer>) {
    await writeAll(scratch, piece, at + done);
    done += piece.length;
  }
  return done;
}

/** Make a file of what lies in a scratch; durable when this resolves. Answers its size. */
export async function takeOut(scratch: FileHandle, path: string): Promise<number> {
  const target = await open(path, 'wx', 0o600);
  try {
    const bytes = await copy(scratch, target, 0);
    await target.sync();
    return bytes;
  } finally {
    await target.close();
  }
}

async function copy(from: FileHandle, to: FileHandle, at: number): Promise<number> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let done = 0; ;) {
    const { bytesRead } = await from.read(piece, 0, piece.length, done);
    if (bytesRead === 0) return done;
    await writeAll(to, piece.subarray(0, bytesRead), at + done);
    done += bytesRead;
  }
}

async function writeAll(to: FileHandle, piece: Buffer, at: number): Promise<void> {
  for (let written = 0; written < piece.length;) {
    written += (await to.write(piece, written, piece.length - written, at + written)).bytesWritten;
  }
}
