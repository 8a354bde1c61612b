import type { MeasuredAudio } from './measured.js';

const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
/** By the number of the configuration; 0 is explained at length and left to others. */
const CHANNELS = [undefined, 1, 2, 3, 4, 5, 6, 8, undefined, undefined, undefined, 7, 8, 24, 8];
const DECODER_TAG = 4;
const CONFIG_TAG = 5;
const MPEG4_AUDIO = [0x40, 0x66, 0x67, 0x68];
const MP3 = [0x69, 0x6b];
const SPECTRAL_BAND_REPLICATION = 5;
const PARAMETRIC_STEREO = 29;
const EXTENSION_MARK = 0x2b7;

/** What an esds box says of the decoder: its kind, and for AAC the AudioSpecificConfig (ISO 14496-3, 1.6.2.1). */
export function aacConfigIn(box: Buffer): Partial<MeasuredAudio> {
  const decoder = descriptorIn(box, DECODER_TAG);
  const kind = decoder?.[0];
  if (kind !== undefined && MP3.includes(kind)) return { codec: 'MPEG Layer 3' };
  const config =
    decoder && MPEG4_AUDIO.includes(kind!) ? descriptorIn(decoder.subarray(13), CONFIG_TAG) : undefined;
  return config === undefined ? {} : factsOf(config);
}

/** One of the descriptors within each other: a tag, a size of seven bits a byte, the rest. */
function descriptorIn(bytes: Buffer, wanted: number): Buffer | undefined {
  // A box has a version before its first descriptor, and that one has an id and flags before the next.
  for (let at = wanted === DECODER_TAG ? 4 : 0; at + 2 <= bytes.length;) {
    const tag = bytes[at]!;
    let [size, start] = [0, at + 1];
    for (let more = true; more && start < bytes.length; start += 1) {
      size = size * 128 + (bytes[start]! & 0x7f);
      more = bytes[start]! >= 0x80;
    }
    if (tag === wanted) return bytes.subarray(start, start + size);
    at = tag === 3 ? start + 3 : start + size;
  }
  return undefined;
}

function factsOf(config: Buffer): Partial<MeasuredAudio> {
  const bits = new Bits(config);
  const kind = kindIn(bits);
  let sampleRate = rateIn(bits);
  let channels = CHANNELS[bits.take(4)];
  let isBandReplicated = kind === SPECTRAL_BAND_REPLICATION || kind === PARAMETRIC_STEREO;
  let isStereo = kind === PARAMETRIC_STEREO;
  if (isBandReplicated) {
    sampleRate = rateIn(bits);
  } else {
    // Three flags that need no more bits than themselves in all that is used; then the same may be said later.
    bits.take(3);
    if (bits.left >= 16 && bits.take(11) === EXTENSION_MARK && kindIn(bits) === SPECTRAL_BAND_REPLICATION) {
      isBandReplicated = bits.take(1) === 1;
      if (isBandReplicated) sampleRate = rateIn(bits);
      isStereo = isBandReplicated && bits.left >= 12 && bits.take(11) === 0x548 && bits.take(1) === 1;
    }
  }
  if (isStereo && channels === 1) channels = 2;
  const name = isStereo ? 'HE-AACv2' : isBandReplicated ? 'HE-AAC' : 'AAC';
  return {
    codec: `MPEG-4/${name}`,
    ...(sampleRate !== undefined && sampleRate > 0 && { sampleRate }),
    ...(channels !== undefined && { channels }),
  };
}

function kindIn(bits: Bits): number {
  const kind = bits.take(5);
  return kind === 31 ? 32 + bits.take(6) : kind;
}

function rateIn(bits: Bits): number | undefined {
  const index = bits.take(4);
  return index === 15 ? bits.take(24) : SAMPLE_RATES[index];
}

/** Bits one after the other; zeroes behind the end. */
class Bits {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length * 8 - this.#at;
  }

  take(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, this.#at += 1) {
      value = value * 2 + (((this.bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}
