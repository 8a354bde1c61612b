import { parseBuffer, type IFormat } from 'music-metadata';
import type { AudioContainer, AudioFacts } from '../../library/recording.entity.js';
import { FileRefusal } from '../../library/file-refusal.js';
import { essenceOf } from './essence.js';
import { FileBytes, corrupt } from './file-bytes.js';
import { checkFlac } from './flac.js';
import { checkM4a } from './m4a.js';
import type { Measured } from './measured.js';
import { afterId3, checkMp3, frameAt } from './mp3.js';
import { checkOgg } from './ogg.js';
import { checkWav } from './wav.js';

const MAX_DURATION_SECONDS = 7 * 24 * 3600;
/** Bits a second: no sound fits into less, silence included. */
const MIN_CLAIMED_BITRATE = 50;
const MIN_SAMPLE_RATE = 1000;
const MAX_SAMPLE_RATE = 1_000_000;
const MAX_CHANNELS = 64;
/** A billion bits a second: 24 channels of 32 bits, a million times a second, and more than any that is stored here. */
const MAX_BITRATE = 1_000_000_000;

const TYPES: Record<AudioContainer, string> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
};

/** What the library of audio facts calls them. */
const NAMES: Record<AudioContainer, RegExp> = {
  wav: /^WAVE$/,
  mp3: /^MPEG$/,
  flac: /^FLAC$/,
  ogg: /^Ogg$/,
  m4a: /^(M4A|M4B|MP4|mp4|iso|dash|qt|3g|F4A)/i,
};

/**
 * What a recording is, by its bytes alone. music-metadata tells what it is; that it is whole has to be known first, and
 * music-metadata does not: it believes what a header says of MP3 and FLAC however little follows, takes a WAV from a
 * pipe for one that is cut off, and sees no damage in the pages of an OGG (docs/uploads.md has what was tried). So
 * each file is walked through to its end, by sizes and checksums alone; nothing is decoded.
 *
 * @throws FileRefusal unsupported_file_type, file_corrupt
 */
export async function readAudio(source: string | number): Promise<AudioFacts> {
  const file = new FileBytes(source);
  try {
    const container = containerOf(file);
    const measured = check(file, container);
    return factsOf(await formatOf(essenceOf(file, container), container), measured, container, file.length);
  } finally {
    file.close();
  }
}

function containerOf(file: FileBytes): AudioContainer {
  if (file.length === 0) throw corrupt('The file is empty.');
  if (file.startsWith('RIFF') && file.startsWith('WAVE', 8)) return 'wav';
  if (file.startsWith('OggS')) return 'ogg';
  if (file.startsWith('ftyp', 4)) return 'm4a';
  const start = afterId3(file);
  if (file.startsWith('fLaC', start)) return 'flac';
  if (frameAt(file, start) !== undefined) return 'mp3';
  // A tag says that it is meant to be a recording, even when none follows.
  if (start > 0) throw corrupt('There is no sound after the tags.');
  throw new FileRefusal('unsupported_file_type', 'This is no WAV, MP3, FLAC, OGG or M4A file.');
}

function check(file: FileBytes, container: AudioContainer): Measured {
  switch (container) {
    case 'wav':
      return checkWav(file);
    case 'mp3':
      return checkMp3(file);
    case 'flac':
      return checkFlac(file, afterId3(file));
    case 'ogg':
      return checkOgg(file);
    case 'm4a':
      return checkM4a(file);
  }
}

/** Each kind has a parser of its own, loaded when it is first asked for. */
export async function loadParsers(): Promise<void> {
  const nothing = new Uint8Array();
  const kinds = Object.values(TYPES);
  await Promise.allSettled(kinds.map((mimeType) => parseBuffer(nothing, { mimeType })));
}

async function formatOf(essence: Buffer, container: AudioContainer): Promise<IFormat> {
  try {
    const mimeType = TYPES[container];
    return (await parseBuffer(essence, { mimeType }, { duration: true, skipCovers: true })).format;
  } catch {
    throw corrupt('The recording cannot be read.');
  }
}

function factsOf(format: IFormat, measured: Measured, container: AudioContainer, bytes: number): AudioFacts {
  const { sampleRate = 0, numberOfChannels: channels = 0, hasVideo } = format;
  if (!NAMES[container].test(format.container ?? '')) throw corrupt('The recording cannot be read.');
  const codec = measured.codec ?? format.codec;
  const durationSeconds = measured.durationSeconds ?? format.duration;
  if (codec === undefined || durationSeconds === undefined || (hasVideo === true && container !== 'm4a')) {
    const kind = container.toUpperCase();
    throw new FileRefusal('unsupported_file_type', `This kind of ${kind} file is not accepted here.`);
  }
  if (!(durationSeconds > 0) || channels <= 0) throw corrupt('There is no sound in the recording.');
  const average = (bytes * 8) / durationSeconds;
  const isClaim = measured.durationSeconds === undefined;
  if (durationSeconds > MAX_DURATION_SECONDS || (isClaim && average < MIN_CLAIMED_BITRATE)) {
    throw corrupt('The recording claims to be longer than its bytes allow.');
  }
  const bitrate = Math.round(measured.bitrate ?? format.bitrate ?? average);
  if (bitrate > MAX_BITRATE) throw corrupt('The recording claims what no recording is.');
  if (sampleRate < MIN_SAMPLE_RATE || sampleRate > MAX_SAMPLE_RATE || channels > MAX_CHANNELS) {
    throw corrupt('The recording claims what no recording is.');
  }
  return {
    container,
    codec,
    durationSeconds: Math.round(durationSeconds * 1000) / 1000,
    sampleRate,
    channels,
    bitrate,
  };
}
