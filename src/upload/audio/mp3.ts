import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { afterTags } from './tags.js';

/** Kilobits a second of Layer III, by the index in a frame's header: MPEG 1, and MPEG 2 and 2.5. */
const KBPS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBPS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES = [44_100, 48_000, 32_000];

interface Frame {
  bytes: number;
  seconds: number;
  /** Bits a second. */
  bitrate: number;
  sampleRate: number;
  version: '1' | '2' | '2.5';
  mono: boolean;
}

/** One recording in a file that may be several joined: where it begins, what it announces, and what came. */
interface Part {
  start: number;
  announced: { frames?: number; bytes?: number };
  frames: number;
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
    sampleRate: actualRate,
    version: mpeg1 ? '1' : version === 2 ? '2' : '2.5',
    mono: header[3]! >> 6 === 3,
  };
}

/**
 * Frame after frame to the end, over tags between them, and as much as each part announces. In a file of another kind
 * it ends earlier.
 */
export function readMp3(file: FileBytes, start: number, end = file.length): MeasuredAudio {
  const first = frameAt(file, start)!;
  const bitrates = new Set<number>();
  let part: Part = { start, announced: {}, frames: 0 };
  let [at, frames, bits, durationSeconds] = [start, 0, 0, 0];
  for (
    let frame: Frame | undefined = first;
    frame !== undefined;
    frame = at < end ? frameAt(file, at) : undefined
  ) {
    if (at + frame.bytes > end) throw cutOff();
    const announced = announcementIn(file, at, frame);
    if (announced !== undefined && at > start) {
      checkPart(part, at);
      part = { start: at, announced, frames: 0 };
    } else if (announced !== undefined) part.announced = announced;
    // The frame that announces is silent and no part of the recording.
    if (announced === undefined) {
      durationSeconds += frame.seconds;
      bits += frame.bytes * 8;
      bitrates.add(frame.bitrate);
    }
    at += frame.bytes;
    frames += 1;
    part.frames += 1;
    if (frameAt(file, at) === undefined) at = afterTags(file, at);
  }
  if (at < end) throw corrupt('The MP3 file contains something other than sound.');
  checkPart(part, end);
  if (frames < 2) throw cutOff();
  const [constant] = bitrates;
  return {
    codec: `MPEG ${first.version} Layer 3`,
    durationSeconds,
    sampleRate: first.sampleRate,
    channels: first.mono ? 1 : 2,
    // Frames are whole bytes, so the average of a constant rate is only nearly that rate.
    bitrate: bitrates.size === 1 ? constant! : bits / durationSeconds,
  };
}

function checkPart({ start, announced, frames }: Part, end: number): void {
  if (frames < (announced.frames ?? 0) || end - start < (announced.bytes ?? 0)) throw cutOff();
}

/** The header that LAME and others put into the first frame: Xing where the bit rate varies, Info where not. */
function announcementIn(file: FileBytes, at: number, frame: Frame): Part['announced'] | undefined {
  const sideBytes = frame.version === '1' ? (frame.mono ? 17 : 32) : frame.mono ? 9 : 17;
  const header = at + 4 + sideBytes;
  if (!file.startsWith('Xing', header) && !file.startsWith('Info', header)) return undefined;
  const flags = file.at(header + 4, 4).readUInt32BE();
  const [hasFrames, hasBytes] = [(flags & 1) !== 0, (flags & 2) !== 0];
  return {
    ...(hasFrames && { frames: file.at(header + 8, 4).readUInt32BE() }),
    ...(hasBytes && { bytes: file.at(header + (hasFrames ? 12 : 8), 4).readUInt32BE() }),
  };
}
