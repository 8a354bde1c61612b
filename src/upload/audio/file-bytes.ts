import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FileRefusal } from '../../library/file-refusal.js';

const WINDOW_BYTES = 256 * 1024;
/** Recordings that were joined have a few tags each; a million of them is a walk for its own sake. */
const MOST_PASSED = 10_000;

/** A file's bytes by their place, read through a window, for a walk through them in either direction. Blocks its thread. */
export class FileBytes {
  readonly length: number;
  readonly #file: number;
  readonly #isOurs: boolean;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #passed = 0;

  /** Of a path, or of a descriptor that somebody else closes. */
  constructor(file: string | number) {
    this.#isOurs = typeof file === 'string';
    this.#file = typeof file === 'string' ? openSync(file, 'r') : file;
    this.length = fstatSync(this.#file).size;
  }

  close(): void {
    if (this.#isOurs) closeSync(this.#file);
  }

  /** @throws FileRefusal file_corrupt when the file ends before */
  at(offset: number, length: number): Buffer {
    if (offset < 0 || offset + length > this.length) throw cutOff();
    const inside = offset >= this.#windowStart && offset + length <= this.#windowStart + this.#window.length;
    if (!inside) this.#move(this.#windowFor(offset, length), Math.max(length, WINDOW_BYTES));
    return this.#window.subarray(offset - this.#windowStart, offset - this.#windowStart + length);
  }

  /** As many of the wanted bytes as there are. */
  upTo(offset: number, length: number): Buffer {
    return offset < this.length ? this.at(offset, Math.min(length, this.length - offset)) : Buffer.alloc(0);
  }

  startsWith(text: string, offset = 0): boolean {
    return this.upTo(offset, text.length).toString('latin1') === text;
  }

  /** One more piece of it that is not sound: a tag, a chunk, a block of facts. @throws FileRefusal file_too_complex */
  pass(): void {
    this.#passed += 1;
    if (this.#passed <= MOST_PASSED) return;
    throw new FileRefusal(
      'file_too_complex',
      `There are more than ${MOST_PASSED} tags and chunks in the recording.`,
    );
  }

  /** Where the next window begins: a walk backwards finds what stands before in it, one forwards what stands behind. */
  #windowFor(offset: number, length: number): number {
    return offset < this.#windowStart
      ? Math.max(0, Math.min(offset, offset + length - WINDOW_BYTES))
      : offset;
  }

  #move(offset: number, length: number): void {
    const window = Buffer.alloc(Math.min(length, this.length - offset));
    let filled = 0;
    while (filled < window.length) {
      const read = readSync(this.#file, window, filled, window.length - filled, offset + filled);
      if (read === 0) throw cutOff();
      filled += read;
    }
    [this.#window, this.#windowStart] = [window, offset];
  }
}

export function corrupt(detail: string): FileRefusal {
  return new FileRefusal('file_corrupt', detail);
}

export function cutOff(): FileRefusal {
  return corrupt('The recording is cut off.');
}
