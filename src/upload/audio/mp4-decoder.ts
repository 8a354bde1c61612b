import { aacConfigIn } from './aac-config.js';
import { boxesIn, inside, type Box } from './boxes.js';
import type { FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { frameAt } from './mp3.js';

/** Of an entry in the list of decoders: before its boxes, by the version of the entry. */
const ENTRY_BYTES = [28, 44, 64];
/** Of (E-)AC-3, by its audio coding mode (ETSI TS 102 366, table 4.3), without the one for low frequencies. */
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];

const MP3 = 'MPEG Layer 3';

type Facts = Partial<MeasuredAudio>;

/** What the decoder is set up with, by the name of its box; undefined where the box is too short for it. */
const CONFIGURATIONS: Record<string, (box: Buffer) => Facts | undefined> = {
  esds: aacConfigIn,
  dOps: (box) => (box.length < 11 ? undefined : { codec: 'Opus', channels: box[1]!, sampleRate: 48_000 }),
  dfLa: (box) =>
    box.length < 42
      ? undefined
      : { codec: 'FLAC', sampleRate: box.readUIntBE(18, 3) >>> 4, channels: ((box[20]! >> 1) & 7) + 1 },
  alac: (box) => (box.length < 28 ? undefined : { channels: box[13]!, sampleRate: box.readUInt32BE(24) }),
  dac3: (box) => (box.length < 3 ? undefined : { codec: 'AC-3', channels: ac3Channels(box[1]! >> 2) }),
  dec3: (box) => (box.length < 4 ? undefined : { codec: 'E-AC-3', channels: ac3Channels(box[3]!) }),
};

/** What the decoder of a track says; what stands beside it in the list is often only a habit (two channels, 44,100). */
export function decoderOf(file: FileBytes, track: Box): Facts {
  const list = inside(file, track, 'mdia', 'minf', 'stbl', 'stsd');
  const entry = list && boxesIn(file, list.start + 8, list.end)[0];
  if (entry === undefined) return {};
  for (const { type, start, end } of boxesOf(file, entry)) {
    const facts = CONFIGURATIONS[type]?.(Buffer.from(file.at(start, end - start)));
    if (facts !== undefined) return facts.codec === MP3 ? { ...facts, ...firstFrameOf(file, track) } : facts;
  }
  return {};
}

function boxesOf(file: FileBytes, entry: Box): Box[] {
  const version = file.at(entry.start + 8, 2).readUInt16BE();
  const start = entry.start + (ENTRY_BYTES[version] ?? ENTRY_BYTES[0]!);
  const own = start < entry.end ? boxesIn(file, start, entry.end) : [];
  // QuickTime puts them one box deeper.
  const wave = own.find(({ type }) => type === 'wave');
  return wave === undefined ? own : [...own, ...boxesIn(file, wave.start, wave.end)];
}

/** Three bits of the mode, then whether there is a channel for low frequencies. */
function ac3Channels(bits: number): number {
  return AC3_CHANNELS[(bits >> 1) & 7]! + (bits & 1);
}

/** An MP3 stream has no configuration: each of its frames says what it is. */
function firstFrameOf(file: FileBytes, track: Box): Facts {
  const places = inside(file, track, 'mdia', 'minf', 'stbl', 'stco');
  if (places === undefined || places.end - places.start < 12) return {};
  const frame = frameAt(file, file.at(places.start + 8, 4).readUInt32BE());
  return frame === undefined ? {} : { sampleRate: frame.sampleRate, channels: frame.mono ? 1 : 2 };
}
