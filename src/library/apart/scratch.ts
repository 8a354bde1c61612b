import { open, unlink, type FileHandle } from 'node:fs/promises';

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
export async function layIn(paths: readonly string[], scratch: FileHandle): Promise<number[]> {
  const sizes: number[] = [];
  let end = 0;
  for (const path of paths) {
    const source = await open(path, 'r');
    const bytes = await copy(source, scratch, end).finally(() => source.close());
    sizes.push(bytes);
    end += bytes;
  }
  await scratch.truncate(end);
  return sizes;
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
    for (let written = 0; written < bytesRead;) {
      written += (await to.write(piece, written, bytesRead - written, at + done + written)).bytesWritten;
    }
    done += bytesRead;
  }
}
