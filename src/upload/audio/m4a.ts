import { parseBuffer } from 'music-metadata';
import { FileRefusal } from '../../library/file-refusal.js';
import { boxesIn, inside, type Box } from './boxes.js';
import { essenceOfM4a } from './essence.js';
import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { decoderOf } from './mp4-decoder.js';
import { beforeTags, beforeZeroes } from './tags.js';

/** ISO base media: boxes that fill the file, a directory, the sound in it, and no film. */
export async function readM4a(file: FileBytes, start: number): Promise<MeasuredAudio> {
  const end = beforeZeroes(file, beforeTags(file));
  const boxes = boxesIn(file, start, end);
  const directory = boxes.find(({ type }) => type === 'moov');
  if (directory === undefined || !boxes.some(({ type }) => type === 'mdat')) throw cutOff();
  const tracks = boxesIn(file, directory.start, directory.end).filter(({ type }) => type === 'trak');
  const handlers = tracks.map((track) => handlerOf(file, track));
  const sound = tracks[handlers.indexOf('soun')];
  if (sound === undefined)
    throw new FileRefusal('unsupported_file_type', 'There is no sound in this MP4 file.');
  // A cover may be a track of one picture.
  const films = tracks.filter((track, index) => handlers[index] === 'vide' && samplesOf(file, track) !== 1);
  if (films.length > 0) throw new FileRefusal('unsupported_file_type', 'This is a film, not a recording.');
  const { codec, ...measured } = {
    ...(await claimedBy(essenceOfM4a(file, start, end))),
    ...decoderOf(file, sound),
  };
  if (codec === undefined)
    throw new FileRefusal('unsupported_file_type', 'This kind of sound in an MP4 file is not taken.');
  return { ...measured, codec };
}

const ABOUT = { mimeType: 'audio/mp4' };

/** The parser is loaded when it is first asked for: a process that may open no file any more must have asked. */
export async function loadParser(): Promise<void> {
  await parseBuffer(new Uint8Array(), ABOUT).catch(() => undefined);
}

/** How long it is, which may be written in many places, is told by music-metadata. */
async function claimedBy(essence: Buffer): Promise<Omit<MeasuredAudio, 'codec'> & { codec?: string }> {
  const { format } = await parseBuffer(essence, ABOUT, { duration: true, skipCovers: true }).catch(() => {
    throw corrupt('The recording cannot be read.');
  });
  const { codec, duration, sampleRate = 0, numberOfChannels: channels = 0, bitrate } = format;
  if (duration === undefined) throw corrupt('The recording cannot be read.');
  return { codec, durationSeconds: duration, sampleRate, channels, bitrate, isClaimed: true };
}

function handlerOf(file: FileBytes, track: Box): string | undefined {
  const handler = inside(file, track, 'mdia', 'hdlr');
  return handler && file.at(handler.start + 8, 4).toString('latin1');
}

function samplesOf(file: FileBytes, track: Box): number | undefined {
  const sizes = inside(file, track, 'mdia', 'minf', 'stbl', 'stsz');
  return sizes && file.at(sizes.start + 8, 4).readUInt32BE();
}
