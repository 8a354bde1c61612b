import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { Measured } from './measured.js';

/** Kilobits a second of Layer III, by the index in a frame's header: MPEG 1, and MPEG 2 and 2.5. */
const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES = [44_100, 48_000, 32_000];
const ID3V1_BYTES = 128;

interface Frame {
  bytes: number;
  seconds: number;
  /** Bits a second. */
  bitrate: number;
  mpeg1: boolean;
  mono: boolean;
}

/** Where the sound begins: after the ID3v2 tags, and the zeroes some programs leave behind them. */
export function afterId3(file: FileBytes): number {
  let at = 0;
  while (file.startsWith('ID3', at)) {
    const header = file.at(at, 10);
    // Four times seven bits; a footer is a second header.
    const size = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    at += 10 + size + ((header[5]! & 0x10) !== 0 ? 10 : 0);
    if (at > file.length) throw cutOff();
  }
  if (at === 0) return 0;
  return file.afterZeroes(at);
}

/** MPEG Layer III with a bit rate that is said; undefined for anything else. */
export function frameAt(file: FileBytes, at: number): Frame | undefined {
  const header = file.upTo(at, 4);
  if (header.length < 4 || header[0] !== 0xff || (header[1]! & 0xe0) !== 0xe0) return undefined;
  const [version, layer] = [(header[1]! >> 3) & 3, (header[1]! >> 1) & 3];
  const [rateIndex, sampleRateIndex] = [header[2]! >> 4, (header[2]! >> 2) & 3];
  const sampleRate = SAMPLE_RATES[sampleRateIndex];
  const mpeg1 = version === 3;
  const kbps = (mpeg1 ? KBPS_1 : KBPS_2)[rateIndex];
  if (version === 1 || layer !== 1 || sampleRate === undefined || kbps === undefined || kbps === 0)
    return undefined;
  // MPEG 2 has half the sample rates of MPEG 1, MPEG 2.5 a quarter, and both half the samples in a frame.
  const actualRate = sampleRate / (mpeg1 ? 1 : version === 2 ? 2 : 4);
  const bytes = Math.floor(((mpeg1 ? 144 : 72) * kbps * 1000) / actualRate) + ((header[2]! >> 1) & 1);
  return {
    bytes,
    seconds: (mpeg1 ? 1152 : 576) / actualRate,
    bitrate: kbps * 1000,
    mpeg1,
    mono: header[3]! >> 6 === 3,
  };
}

/** Frame after frame to the end, and as much as the first one announces if it does. */
export function checkMp3(file: FileBytes): Measured {
  const start = afterId3(file);
  const announced = announcementIn(file, start);
  const bitrates = new Set<number>();
  let [at, frames, bits, durationSeconds] = [start, 0, 0, 0];
  for (let frame = frameAt(file, at); frame !== undefined; frame = frameAt(file, at)) {
    if (at + frame.bytes > file.length) throw cutOff();
    at += frame.bytes;
    // The frame that announces is silent and no part of the recording.
    if (frames > 0 || announced === undefined) {
      durationSeconds += frame.seconds;
      bits += frame.bytes * 8;
      bitrates.add(frame.bitrate);
    }
    frames += 1;
  }
  if (!isTrailer(file, at)) throw corrupt('There is something else than sound in the MP3 file.');
  if (frames < (announced?.frames ?? 0) || file.length - start < (announced?.bytes ?? 0)) throw cutOff();
  if (frames < 2) throw cutOff();
  // Frames are whole bytes, so the average of a constant rate is only nearly that rate.
  const [constant] = bitrates;
  return { durationSeconds, bitrate: bitrates.size === 1 ? constant! : bits / durationSeconds };
}

/** The header that LAME and others put into the first frame: Xing where the bit rate varies, Info where not. */
function announcementIn(file: FileBytes, at: number): { frames?: number; bytes?: number } | undefined {
  const frame = frameAt(file, at);
  if (frame === undefined) return undefined;
  const sideBytes = frame.mpeg1 ? (frame.mono ? 17 : 32) : frame.mono ? 9 : 17;
  const header = at + 4 + sideBytes;
  if (!file.startsWith('Xing', header) && !file.startsWith('Info', header)) return undefined;
  const flags = file.at(header + 4, 4).readUInt32BE();
  const [hasFrames, hasBytes] = [(flags & 1) !== 0, (flags & 2) !== 0];
  return {
    ...(hasFrames && { frames: file.at(header + 8, 4).readUInt32BE() }),
    ...(hasBytes && { bytes: file.at(header + (hasFrames ? 12 : 8), 4).readUInt32BE() }),
  };
}

/** What programs put behind the sound: tags of several kinds, or zeroes. */
function isTrailer(file: FileBytes, at: number): boolean {
  if (at === file.length) return true;
  if (file.startsWith('TAG', at)) return at === file.length - ID3V1_BYTES;
  if (['APETAGEX', 'LYRICSBEGIN', 'ID3'].some((mark) => file.startsWith(mark, at))) return true;
  return file.afterZeroes(at) === file.length;
}
