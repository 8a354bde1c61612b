import { FileRefusal } from '../../library/file-refusal.js';
import type { FileBytes } from './file-bytes.js';
import { boxesIn } from './boxes.js';

const MAX_DEPTH = 16;
const MAX_TABLE_BYTES = 16 * 1024 * 1024;
/** A brand has four bytes, and the parser makes an object of each. */
const MAX_BRAND_BYTES = 4096;

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

/**
 * An MP4 without its tags, its pictures and its sound: what says what it is, at the places where it was, and
 * zeroes for all the rest. Tags of tens of megabytes are then nobody's concern, and the zeroes take no memory until
 * somebody writes there. Of the boxes from one place to another.
 *
 * @throws FileRefusal file_too_complex
 */
export function essenceOfM4a(file: FileBytes, start: number, end: number): Buffer {
  const essence = Buffer.alloc(file.length);
  let tableBytes = 0;
  const keep = (from: number, to: number, path: string[]) => {
    if (path.length > MAX_DEPTH) throw tooComplex(`${MAX_DEPTH} boxes within each other`);
    let at = from;
    for (const box of boxesIn(file, from, to)) {
      file.at(at, box.start - at).copy(essence, at);
      if (CONTAINERS.includes(box.type)) keep(box.start, box.end, [...path, box.type]);
      else if (describes(box.type, path.at(-1))) {
        if (box.type === 'ftyp' && box.end - box.start > MAX_BRAND_BYTES) throw tooComplex('1,000 brands');
        tableBytes += box.end - box.start;
        if (tableBytes > MAX_TABLE_BYTES) throw tooComplex(`${MAX_TABLE_BYTES} bytes of tables`);
        file.at(box.start, box.end - box.start).copy(essence, box.start);
      } else if (box.type !== 'mdat') essence.write('free', at + 4, 'latin1');
      at = box.end;
    }
  };
  keep(start, end, []);
  return essence.subarray(start);
}

/** QuickTime has a second handler, of where the samples are, which the parser takes for that of the sound. */
function describes(type: string, within: string | undefined): boolean {
  return DESCRIPTIONS.includes(type) && !(type === 'hdlr' && within === 'minf');
}

function tooComplex(limit: string): FileRefusal {
  return new FileRefusal('file_too_complex', `There are more than ${limit} in the recording.`);
}
