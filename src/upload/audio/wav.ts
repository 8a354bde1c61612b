import { FileRefusal } from '../../library/file-refusal.js';
import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { frameAt, readMp3 } from './mp3.js';
import { beforeTags } from './tags.js';

/**
 * A program that writes into a pipe cannot go back and fill in the sizes. It writes as much as there is room for, or
 * something near: FFmpeg 0xffffffff, SoX 0x7ffff000, arecord 0x80000000 less a header.
 */
const UNKNOWN_SIZES_FROM = 0x7fff0000;
const MOST_FORMAT_BYTES = 64 * 1024;
/** PCM in whole numbers and in floating ones, A-law, mu-law, and those in their extensible form. */
const EXTENSIBLE = 0xfffe;
const EVEN_FORMATS = [0x0001, 0x0003, 0x0006, 0x0007, EXTENSIBLE];
const CODECS: Record<number, string> = {
  0x0001: 'PCM',
  0x0002: 'ADPCM',
  0x0003: 'IEEE_FLOAT',
  0x0006: 'ALAW',
  0x0007: 'MULAW',
  0x0011: 'DVI_ADPCM',
  0x0031: 'GSM610',
  0x0050: 'MPEG',
  0x0055: 'MPEGLAYER3',
};
/**
 * Samples of a channel in a block, from the block's bytes: a header for each channel, which holds the first one or two
 * samples, then four bits a sample. Programs disagree about the bytes a second of these (FFmpeg writes its target).
 */
const ADPCM_SAMPLES: Record<number, (blockBytes: number, channels: number) => number> = {
  0x0002: (blockBytes, channels) => ((blockBytes - 7 * channels) * 2) / channels + 2,
  0x0011: (blockBytes, channels) => ((blockBytes - 4 * channels) * 2) / channels + 1,
};
const MP3 = 0x0055;

/** RIFF/WAVE and RF64: chunk after chunk to that of the samples, which must be there as far as a size is known. */
export function readWav(file: FileBytes, start: number): MeasuredAudio {
  let format: Buffer | undefined;
  let longSize: number | undefined;
  for (let at = start + 12; at + 8 <= file.length;) {
    const size = file.at(at + 4, 4).readUInt32LE();
    if (file.startsWith('ds64', at)) longSize = Number(file.at(at + 16, 8).readBigUInt64LE());
    if (file.startsWith('fmt ', at)) format = checkedFormat(file, at + 8, size);
    if (file.startsWith('data', at)) {
      if (format === undefined) throw corrupt('The WAV file does not say what its samples are.');
      const bytes = sampleBytes(file, { start, data: at + 8, size: longSize ?? size });
      if (bytes <= 0) throw corrupt('There is no sound in the recording.');
      return tagOf(format) === MP3 ? mp3In(file, at + 8, bytes) : factsOf(format, bytes);
    }
    file.pass();
    at += 8 + size + (size % 2);
  }
  throw cutOff();
}

function checkedFormat(file: FileBytes, at: number, size: number): Buffer {
  const chunk = Buffer.from(file.at(at, Math.min(size, MOST_FORMAT_BYTES)));
  if (chunk.length < 16) throw corrupt('The WAV file does not say what its samples are.');
  const [tag, channels, sampleRate] = [chunk.readUInt16LE(0), chunk.readUInt16LE(2), chunk.readUInt32LE(4)];
  const [byteRate, blockBytes, bits] = [
    chunk.readUInt32LE(8),
    chunk.readUInt16LE(12),
    chunk.readUInt16LE(14),
  ];
  if (channels === 0 || sampleRate === 0 || blockBytes === 0) {
    throw corrupt('The WAV file has no channels, or no sample rate.');
  }
  const isConsistent = blockBytes === channels * Math.ceil(bits / 8) && byteRate === sampleRate * blockBytes;
  if (EVEN_FORMATS.includes(tag) && !isConsistent) {
    throw corrupt('The WAV file contradicts itself about its samples.');
  }
  return chunk;
}

/** Of all of them: as many as are said, or as there are where nobody knew or somebody counted a header in. */
function sampleBytes(
  file: FileBytes,
  { start, data, size }: { start: number; data: number; size: number },
): number {
  const present = beforeTags(file) - data;
  if (size >= UNKNOWN_SIZES_FROM || (size === 0 && data < file.length && !isChunkAt(file, data)))
    return present;
  const riffSize = file.at(start + 4, 4).readUInt32LE();
  // An odd chunk at the end often lacks its filling byte.
  const riffExcess = riffSize < UNKNOWN_SIZES_FROM ? start + 8 + riffSize - file.length - 1 : 0;
  const isCounted = (excess: number) =>
    excess === 8 || excess === data - start || excess === data - start - 8;
  const excess = data + size - file.length;
  // A file that was cut off is shorter than both say.
  if (excess > 0 && (riffExcess > 0 || !isCounted(excess))) throw cutOff();
  if (riffExcess > 0 && !isCounted(riffExcess + 1)) throw cutOff();
  return Math.min(size, present);
}

function isChunkAt(file: FileBytes, at: number): boolean {
  const header = file.upTo(at, 8);
  return (
    header.length === 8 &&
    /^[\x20-\x7e]{4}$/.test(header.toString('latin1', 0, 4)) &&
    at + 8 + header.readUInt32LE(4) <= file.length
  );
}

/** The extensible form says behind the rest what it holds. */
function tagOf(format: Buffer): number {
  const tag = format.readUInt16LE(0);
  return tag === EXTENSIBLE && format.length >= 26 ? format.readUInt16LE(24) : tag;
}

function mp3In(file: FileBytes, start: number, bytes: number): MeasuredAudio {
  if (frameAt(file, start) === undefined) throw corrupt('The WAV file does not hold the MP3 it announces.');
  return { ...readMp3(file, start, start + bytes), codec: CODECS[MP3]! };
}

function factsOf(format: Buffer, bytes: number): MeasuredAudio {
  const codec = CODECS[tagOf(format)];
  if (codec === undefined)
    throw new FileRefusal('unsupported_file_type', 'This kind of WAV file is not taken.');
  const [channels, sampleRate] = [format.readUInt16LE(2), format.readUInt32LE(4)];
  const byteRate = bytesPerSecond(format);
  if (!(byteRate > 0)) throw corrupt('The WAV file contradicts itself about its samples.');
  return { codec, durationSeconds: bytes / byteRate, sampleRate, channels, bitrate: byteRate * 8 };
}

function bytesPerSecond(format: Buffer): number {
  const [channels, sampleRate, blockBytes] = [
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(12),
  ];
  const samplesIn = ADPCM_SAMPLES[tagOf(format)];
  return samplesIn === undefined
    ? format.readUInt32LE(8)
    : (blockBytes * sampleRate) / samplesIn(blockBytes, channels);
}
