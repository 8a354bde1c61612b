import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { Measured } from './measured.js';
import { FileRefusal } from '../../library/file-refusal.js';

interface Box {
  type: string;
  start: number;
  end: number;
}

const MAX_BOXES = 100_000;

/** ISO base media: boxes that fill the file, a directory, the sound in it, and no film. */
export function checkM4a(file: FileBytes): Measured {
  const boxes = boxesIn(file, 0, file.length);
  const directory = boxes.find(({ type }) => type === 'moov');
  if (directory === undefined || !boxes.some(({ type }) => type === 'mdat')) throw cutOff();
  const tracks = boxesIn(file, directory.start, directory.end).filter(({ type }) => type === 'trak');
  const handlers = tracks.map((track) => handlerOf(file, track));
  if (!handlers.includes('soun')) {
    throw new FileRefusal('unsupported_file_type', 'There is no sound in this MP4 file.');
  }
  // A cover may be a track of one picture.
  const films = tracks.filter((track, index) => handlers[index] === 'vide' && samplesOf(file, track) !== 1);
  if (films.length > 0) throw new FileRefusal('unsupported_file_type', 'This is a film, not a recording.');
  return {};
}

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

function inside(file: FileBytes, box: Box, ...path: string[]): Box | undefined {
  let found: Box | undefined = box;
  for (const type of path) {
    found = found && boxesIn(file, found.start, found.end).find((candidate) => candidate.type === type);
  }
  return found;
}

function handlerOf(file: FileBytes, track: Box): string | undefined {
  const handler = inside(file, track, 'mdia', 'hdlr');
  return handler && file.at(handler.start + 8, 4).toString('latin1');
}

function samplesOf(file: FileBytes, track: Box): number | undefined {
  const sizes = inside(file, track, 'mdia', 'minf', 'stbl', 'stsz');
  return sizes && file.at(sizes.start + 8, 4).readUInt32BE();
}
