import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { beforeTags, beforeZeroes } from './tags.js';

const STREAM_INFO = 0;
const STEP_BYTES = 64 * 1024;
const CRC8_TABLE = crcTable(8, 0x07);
const CRC16_TABLE = crcTable(16, 0x8005);

interface Stream {
  sampleRate: number;
  channels: number;
  /** 0: the program that wrote it did not know. */
  samples: number;
  firstFrame: number;
}

interface Frame {
  headerBytes: number;
  samples: number;
  /** Its own number, or that of its first sample where frames differ in length. */
  number: number;
  countsSamples: boolean;
}

/** Frame after frame with right checksums and numbers to the end, and as many samples as are claimed. */
export function readFlac(file: FileBytes, start: number): MeasuredAudio {
  const stream = readMetadata(file, start);
  const end = beforeTags(file);
  // Only zeroes follow from here on: the last frame ends somewhere in them.
  const lastEnd = beforeZeroes(file, end);
  let samples = 0;
  let frame = frameAt(file, stream.firstFrame);
  if (frame === undefined || frame.number !== 0) throw cutOff();
  for (let at = stream.firstFrame; frame !== undefined;) {
    samples += frame.samples;
    const next: number = frame.countsSamples ? samples : frame.number + 1;
    at = endOfFrame(file, { start: at, end, lastEnd }, next);
    frame = at >= lastEnd ? undefined : frameAt(file, at);
  }
  if (stream.samples !== 0 && samples < stream.samples) throw cutOff();
  if (stream.samples !== 0 && samples > stream.samples) {
    throw corrupt('The FLAC file contradicts itself about its length.');
  }
  const { sampleRate, channels } = stream;
  const durationSeconds = samples / sampleRate;
  const bitrate = ((lastEnd - stream.firstFrame) * 8) / durationSeconds;
  return { codec: 'FLAC', durationSeconds, sampleRate, channels, bitrate };
}

function readMetadata(file: FileBytes, start: number): Stream {
  let info: Buffer | undefined;
  for (let at = start + 4, isLast = false; ;) {
    if (isLast) {
      if (info === undefined || info.length < 34) throw corrupt('The FLAC file does not say what it is.');
      const sampleRate = info.readUIntBE(10, 3) >>> 4;
      if (sampleRate === 0) throw corrupt('The FLAC file has no sample rate.');
      const samples = (info[13]! & 0x0f) * 2 ** 32 + info.readUInt32BE(14);
      return { sampleRate, channels: ((info[12]! >> 1) & 7) + 1, samples, firstFrame: at };
    }
    file.pass();
    const header = file.at(at, 4);
    const [type, bytes] = [header[0]! & 0x7f, header.readUIntBE(1, 3)];
    isLast = (header[0]! & 0x80) !== 0;
    if (at + 4 + bytes > file.length) throw cutOff();
    if (type === STREAM_INFO) info = Buffer.from(file.at(at + 4, bytes));
    at += 4 + bytes;
  }
}

/** A frame's checksum over all of it is zero; that, and the header of the next one, tell where it ends. */
function endOfFrame(
  file: FileBytes,
  { start, end, lastEnd }: { start: number; end: number; lastEnd: number },
  nextNumber: number,
): number {
  let crc = 0;
  for (let at = start; at < end; at += STEP_BYTES) {
    const bytes = file.upTo(at, Math.min(STEP_BYTES, end - at));
    for (let index = 0; index < bytes.length; index += 1) {
      crc = ((crc << 8) & 0xffff) ^ CRC16_TABLE[(crc >> 8) ^ bytes[index]!]!;
      if (crc !== 0 || at + index === start) continue;
      const place = at + index + 1;
      if (place >= lastEnd || frameAt(file, place)?.number === nextNumber) return place;
    }
  }
  throw corrupt('The FLAC file is damaged or cut off.');
}

function frameAt(file: FileBytes, at: number): Frame | undefined {
  const header = file.upTo(at, 16);
  if (header.length < 6 || header[0] !== 0xff || (header[1]! & 0xfe) !== 0xf8) return undefined;
  const coded = codedNumber(header, 4);
  if (coded === undefined) return undefined;
  const [blockCode, rateCode] = [header[2]! >> 4, header[2]! & 0x0f];
  const blockBytes = blockCode === 6 ? 1 : blockCode === 7 ? 2 : 0;
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  const headerBytes = coded.end + blockBytes + rateBytes + 1;
  if (blockCode === 0 || rateCode === 15 || header.length < headerBytes || crc8(header, headerBytes) !== 0) {
    return undefined;
  }
  return {
    headerBytes,
    samples: blockBytes === 0 ? usualBlock(blockCode) : header.readUIntBE(coded.end, blockBytes) + 1,
    number: coded.number,
    countsSamples: (header[1]! & 1) !== 0,
  };
}

function usualBlock(code: number): number {
  if (code === 1) return 192;
  return code < 6 ? 576 * 2 ** (code - 2) : 256 * 2 ** (code - 8);
}

/** As UTF-8 does it, but with up to 36 bits. */
function codedNumber(bytes: Buffer, at: number): { number: number; end: number } | undefined {
  const first = bytes[at]!;
  const ones = Math.clz32(~(first << 24));
  if (ones === 1 || ones > 7) return undefined;
  if (ones === 0) return { number: first, end: at + 1 };
  let number = first & (0x7f >> ones);
  for (let more = 1; more < ones; more += 1) number = number * 64 + (bytes[at + more]! & 0x3f);
  return { number, end: at + ones };
}

function crc8(bytes: Buffer, length: number): number {
  let crc = 0;
  for (let index = 0; index < length; index += 1) crc = CRC8_TABLE[crc ^ bytes[index]!]!;
  return crc;
}

function crcTable(width: 8 | 16, polynomial: number): Uint16Array {
  const top = 1 << (width - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & top) !== 0 ? polynomial : 0);
    return crc & (2 ** width - 1);
  });
}
