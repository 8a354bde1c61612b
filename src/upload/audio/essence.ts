import type { AudioContainer } from '../../library/recording.entity.js';
import { FileRefusal } from '../../library/file-refusal.js';
import type { FileBytes } from './file-bytes.js';
import { boxesIn } from './m4a.js';
import { afterId3 } from './mp3.js';

/**
 * A recording without its tags, its pictures and its sound: what says what it is, at the places where it was, and
 * zeroes for all the rest. Tags of tens of megabytes are then nobody's concern, and the zeroes take no memory until
 * somebody writes there. Made of a file that has been walked through and found whole.
 *
 * @throws FileRefusal file_too_complex
 */
export function essenceOf(file: FileBytes, container: AudioContainer): Buffer {
  switch (container) {
    case 'wav':
      return essenceOfWav(file);
    case 'mp3':
      return Buffer.concat([file.upTo(afterId3(file), FRAMES_BYTES), Buffer.alloc(FRAMES_BYTES)]);
    case 'flac':
      return essenceOfFlac(file);
    case 'ogg':
      return essenceOfOgg(file);
    case 'm4a':
      return essenceOfM4a(file);
  }
}

/** So many are enough to know all of them. */
const FRAMES_BYTES = 64 * 1024;
/** Of a chunk or block that describes the sound. */
const DESCRIPTION_BYTES = 64;
const MAX_PAGES = 300_000;
const MAX_DEPTH = 16;
const MAX_TABLE_BYTES = 16 * 1024 * 1024;

function essenceOfWav(file: FileBytes): Buffer {
  const kept = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= file.length;) {
    const [name, size] = [file.at(at, 4).toString('latin1'), file.at(at + 4, 4).readUInt32LE()];
    if (name === 'data') {
      const head = [Buffer.from(file.at(0, 12)), ...kept.values(), Buffer.from(file.at(at, 8))];
      return Buffer.concat([...head, Buffer.alloc(Math.min(size, file.length - at - 8))]);
    }
    if (name === 'fmt ' || name === 'fact') {
      const chunk = Buffer.from(file.upTo(at, 8 + Math.min(size, DESCRIPTION_BYTES)));
      chunk.writeUInt32LE(chunk.length - 8, 4);
      kept.set(name, chunk);
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('a WAV without data was taken for a whole one');
}

function essenceOfFlac(file: FileBytes): Buffer {
  const start = afterId3(file);
  let info: Buffer | undefined;
  for (let at = start + 4; ;) {
    const header = Buffer.from(file.at(at, 4));
    const bytes = header.readUIntBE(1, 3);
    const isLast = (header[0]! & 0x80) !== 0;
    if ((header[0]! & 0x7f) === 0)
      info = Buffer.concat([Buffer.of(0x80), header.subarray(1), file.at(at + 4, bytes)]);
    at += 4 + bytes;
    if (isLast) return Buffer.concat([Buffer.from('fLaC'), info!, Buffer.alloc(file.length - at)]);
  }
}

/** A stream's first page says what it is; of the others their heads count, and who made Opus. */
function essenceOfOgg(file: FileBytes): Buffer {
  const essence = Buffer.alloc(file.length);
  let pages = 0;
  for (let at = 0; at < file.length; pages += 1) {
    if (pages === MAX_PAGES) throw tooComplex(`${MAX_PAGES} pages`);
    const segments = file.at(at, 27)[26]!;
    const head = file.at(at, 27 + segments);
    const [isFirst, isContinued] = [(head[5]! & 2) !== 0, (head[5]! & 1) !== 0];
    const bytes = head.subarray(27).reduce((sum, length) => sum + length, 0);
    head.copy(essence, at);
    // Pages that go on are gathered by whoever reads them, however many there are.
    if (isContinued) essence[at + 5]! &= ~1;
    const body = at + head.length;
    if (isFirst || file.startsWith('OpusTags', body)) file.at(body, isFirst ? bytes : 8).copy(essence, body);
    at = body + bytes;
  }
  return essence;
}

const CONTAINERS = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf'];
const DESCRIPTIONS = [
  'ftyp',
  'mvhd',
  'tkhd',
  'mdhd',
  'hdlr',
  'stsd',
  'stts',
  'stsc',
  'stsz',
  'stco',
  'tfhd',
  'trun',
];

function essenceOfM4a(file: FileBytes): Buffer {
  const essence = Buffer.alloc(file.length);
  let tableBytes = 0;
  const keep = (start: number, end: number, depth: number) => {
    if (depth > MAX_DEPTH) throw tooComplex(`${MAX_DEPTH} boxes within each other`);
    let at = start;
    for (const box of boxesIn(file, start, end)) {
      file.at(at, box.start - at).copy(essence, at);
      if (CONTAINERS.includes(box.type)) keep(box.start, box.end, depth + 1);
      else if (DESCRIPTIONS.includes(box.type)) {
        tableBytes += box.end - box.start;
        if (tableBytes > MAX_TABLE_BYTES) throw tooComplex(`${MAX_TABLE_BYTES} bytes of tables`);
        file.at(box.start, box.end - box.start).copy(essence, box.start);
      } else if (box.type !== 'mdat') essence.write('free', at + 4, 'latin1');
      at = box.end;
    }
  };
  keep(0, file.length, 0);
  return essence;
}

function tooComplex(limit: string): FileRefusal {
  return new FileRefusal('file_too_complex', `There are more than ${limit} in the recording.`);
}
