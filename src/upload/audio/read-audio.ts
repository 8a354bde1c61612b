import { FileRefusal } from '../../library/file-refusal.js';
import type { AudioContainer, AudioFacts } from '../../library/recording.entity.js';
import { FileBytes, corrupt } from './file-bytes.js';
import { readFlac } from './flac.js';
import { readM4a } from './m4a.js';
import type { MeasuredAudio } from './measured.js';
import { frameAt, readMp3 } from './mp3.js';
import { readOgg } from './ogg.js';
import { otherFormatOf } from './other-formats.js';
import { afterTags, id3BytesAt, tagBytesAt } from './tags.js';
import { readWav } from './wav.js';

const MAX_DURATION_SECONDS = 7 * 24 * 3600;
/** Bits a second: no sound fits into less, silence included. */
const MIN_CLAIMED_BITRATE = 50;
const MIN_SAMPLE_RATE = 1000;
const MAX_SAMPLE_RATE = 1_000_000;
const MAX_CHANNELS = 64;
/** A billion bits a second: 24 channels of 32 bits, a million times a second, and more than any that is stored here. */
const MAX_BITRATE = 1_000_000_000;
const USE = 'Use WAV, MP3, FLAC, OGG (Vorbis, Opus, Speex) or M4A.';

const READERS: Record<
  AudioContainer,
  (file: FileBytes, start: number) => MeasuredAudio | Promise<MeasuredAudio>
> = {
  wav: readWav,
  mp3: readMp3,
  flac: readFlac,
  ogg: readOgg,
  m4a: readM4a,
};

/**
 * What a recording is, by its bytes alone: of which kind, and then what a walk through all of that kind finds, from
 * behind the tags before it to its end, by sizes and checksums; nothing is decoded. Libraries were tried for it
 * (docs/uploads.md): they believe what a header says however little follows, and guess the kind anew.
 *
 * @throws FileRefusal unsupported_file_type, file_corrupt
 */
export async function readAudio(source: string | number): Promise<AudioFacts> {
  const file = new FileBytes(source);
  try {
    const start = startOf(file);
    const container = containerOf(file, start);
    return factsOf(await READERS[container](file, start), container, file.length);
  } catch (error) {
    if (!(error instanceof FileRefusal) || error.code !== 'unsupported_file_type') throw error;
    throw new FileRefusal(error.code, `${error.message} ${USE}`);
  } finally {
    file.close();
  }
}

/** Behind the tags; an MP4 begins with zeroes of its own, which belong to the size of its first box. */
function startOf(file: FileBytes): number {
  if (tagBytesAt(file, 0) === undefined) return 0;
  const start = afterTags(file, 0);
  return file.startsWith('ftyp', start + 1) ? start - 3 : start;
}

function containerOf(file: FileBytes, start: number): AudioContainer {
  if (file.length === 0) throw corrupt('The file is empty.');
  const isWave = file.startsWith('RIFF', start) || file.startsWith('RF64', start);
  if (isWave && file.startsWith('WAVE', start + 8)) return 'wav';
  if (file.startsWith('OggS', start)) return 'ogg';
  if (file.startsWith('ftyp', start + 4)) return 'm4a';
  if (file.startsWith('fLaC', start)) return 'flac';
  if (frameAt(file, start) !== undefined) return 'mp3';
  const other = otherFormatOf(file, start);
  if (other !== undefined)
    throw new FileRefusal('unsupported_file_type', `This is ${other}, which is not taken here.`);
  // A tag says that it is meant to be a recording, even when none follows.
  if (id3BytesAt(file, 0) !== undefined) throw corrupt('There is no sound after the tags.');
  throw new FileRefusal('unsupported_file_type', 'The format of this recording is not known here.');
}

function factsOf(measured: MeasuredAudio, container: AudioContainer, bytes: number): AudioFacts {
  const { codec, durationSeconds, sampleRate, channels, bitrate, isClaimed = false } = measured;
  if (!(durationSeconds > 0) || channels <= 0) throw corrupt('There is no sound in the recording.');
  const average = (bytes * 8) / durationSeconds;
  if (durationSeconds > MAX_DURATION_SECONDS || (isClaimed && average < MIN_CLAIMED_BITRATE)) {
    throw corrupt('The recording claims to be longer than its bytes allow.');
  }
  if ((bitrate ?? average) > MAX_BITRATE)
    throw corrupt('The recording states values that no recording can have.');
  if (sampleRate < MIN_SAMPLE_RATE || sampleRate > MAX_SAMPLE_RATE || channels > MAX_CHANNELS) {
    throw corrupt('The recording states values that no recording can have.');
  }
  return {
    container,
    codec,
    durationSeconds: Math.round(durationSeconds * 1000) / 1000,
    sampleRate,
    channels,
    bitrate: Math.round(bitrate ?? average),
  };
}
