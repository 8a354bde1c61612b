import { corrupt, cutOff, type FileBytes } from './file-bytes.js';

export interface Box {
  type: string;
  start: number;
  end: number;
}

const MAX_BOXES = 100_000;

/** The boxes that fill an MP4 from one place to another. @throws FileRefusal file_corrupt */
export function boxesIn(file: FileBytes, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at < end; at = boxes.at(-1)!.end) {
    const header = file.at(at, 8);
    const size = header.readUInt32BE();
    const isLarge = size === 1;
    const bytes = isLarge ? Number(file.at(at + 8, 8).readBigUInt64BE()) : size === 0 ? end - at : size;
    if (bytes < (isLarge ? 16 : 8) || boxes.length >= MAX_BOXES) throw corrupt('The MP4 file is damaged.');
    if (at + bytes > end) throw cutOff();
    boxes.push({
      type: header.toString('latin1', 4, 8),
      start: at + (isLarge ? 16 : 8),
      end: at + bytes,
    });
  }
  return boxes;
}

/** The first box of each name within the one before. */
export function inside(file: FileBytes, box: Box, ...path: string[]): Box | undefined {
  let found: Box | undefined = box;
  for (const type of path) {
    found = found && boxesIn(file, found.start, found.end).find((candidate) => candidate.type === type);
  }
  return found;
}
