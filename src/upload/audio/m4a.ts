import { parseBuffer } from 'music-metadata';
import { FileRefusal } from '../../library/file-refusal.js';
import { aacConfigIn } from './aac-config.js';
import { boxesIn, type Box } from './boxes.js';
import { essenceOfM4a } from './essence.js';
import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { beforeTags, beforeZeroes } from './tags.js';

/** Of an entry in the list of decoders: before its boxes, by the version of the entry. */
const ENTRY_BYTES = [28, 44, 64];

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
  return { ...(await claimedBy(essenceOfM4a(file, start, end))), ...decoderOf(file, sound) };
}

const ABOUT = { mimeType: 'audio/mp4' };

/** The parser is loaded when it is first asked for: a process that may open no file any more must have asked. */
export async function loadParser(): Promise<void> {
  await parseBuffer(new Uint8Array(), ABOUT).catch(() => undefined);
}

/** How long it is, which may be written in many places, is told by music-metadata. */
async function claimedBy(essence: Buffer): Promise<MeasuredAudio> {
  const { format } = await parseBuffer(essence, ABOUT, { duration: true, skipCovers: true }).catch(() => {
    throw corrupt('The recording cannot be read.');
  });
  const { codec, duration, sampleRate = 0, numberOfChannels: channels = 0, bitrate } = format;
  if (codec === undefined || duration === undefined) throw corrupt('The recording cannot be read.');
  return { codec, durationSeconds: duration, sampleRate, channels, bitrate, isClaimed: true };
}

/** What the decoder is set up with; what stands beside it in the list is often only a habit (two channels, 44,100). */
function decoderOf(file: FileBytes, track: Box): Partial<MeasuredAudio> {
  const list = inside(file, track, 'mdia', 'minf', 'stbl', 'stsd');
  const entry = list && boxesIn(file, list.start + 8, list.end)[0];
  if (entry === undefined) return {};
  const version = file.at(entry.start + 8, 2).readUInt16BE();
  const start = entry.start + (ENTRY_BYTES[version] ?? ENTRY_BYTES[0]!);
  const own = start < entry.end ? boxesIn(file, start, entry.end) : [];
  // QuickTime puts them one box deeper.
  const wave = own.find(({ type }) => type === 'wave');
  const boxes = wave === undefined ? own : [...own, ...boxesIn(file, wave.start, wave.end)];
  const bytesOf = (name: string) => {
    const box = boxes.find(({ type }) => type === name);
    return box && Buffer.from(file.at(box.start, box.end - box.start));
  };
  const [aac, opus, flac, alac] = [bytesOf('esds'), bytesOf('dOps'), bytesOf('dfLa'), bytesOf('alac')];
  if (aac !== undefined) return aacConfigIn(aac);
  if (opus !== undefined && opus.length >= 11)
    return { codec: 'Opus', channels: opus[1]!, sampleRate: 48_000 };
  if (flac !== undefined && flac.length >= 42) {
    return { codec: 'FLAC', sampleRate: flac.readUIntBE(18, 3) >>> 4, channels: ((flac[20]! >> 1) & 7) + 1 };
  }
  if (alac !== undefined && alac.length >= 28)
    return { channels: alac[13]!, sampleRate: alac.readUInt32BE(24) };
  return {};
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
