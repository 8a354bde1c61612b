/** Two bytes side by side, at least one of them beyond ASCII, and how often. */
export interface BytePair {
  first: number;
  second: number;
  count: number;
}

/** A byte beyond ASCII with an ASCII letter (in lower case) on each side, and how often. */
export interface ByteInWord {
  before: number;
  byte: number;
  after: number;
  count: number;
}

export interface BytesBeyondAscii {
  pairs: readonly BytePair[];
  inWords: readonly ByteInWord[];
  /** Pairs of ASCII letters near them, which tell the language: by their places in the alphabet, 0 for what is none. */
  around: readonly BytePair[];
}

/** A word or ten to each side, and no more than tell the language. */
const NEAR_BYTES = 64;
const MOST_AROUND = 100_000;
const SPACE = 0x20;
const PLACES = 32;

/** All that tells an encoding of one byte a letter from another one, as if a space stood at both ends. */
export function bytesBeyondAscii(bytes: Buffer): BytesBeyondAscii {
  const pairs = new Uint32Array(0x10000);
  const inWords = new Uint32Array(0x80 * PLACES * PLACES);
  let [beforeThat, before] = [SPACE, SPACE];
  for (let index = 0; index <= bytes.length; index += 1) {
    const byte = index < bytes.length ? bytes[index]! : SPACE;
    if (((byte | before) & 0x80) !== 0) {
      pairs[(before << 8) | byte]! += 1;
      const [left, right] = [placeOf(beforeThat), placeOf(byte)];
      if (left > 0 && right > 0) inWords[((before & 0x7f) * PLACES + left) * PLACES + right]! += 1;
    }
    beforeThat = before;
    before = byte;
  }
  return {
    pairs: countedIn(pairs, 0x100),
    inWords: countedIn(inWords, PLACES).map(({ first, second, count }) => ({
      byte: 0x80 | Math.floor(first / PLACES),
      before: 0x60 | (first % PLACES),
      after: 0x60 | second,
      count,
    })),
    around: asciiPairsAround(bytes),
  };
}

function asciiPairsAround(bytes: Buffer): BytePair[] {
  const counts = new Uint32Array(PLACES * PLACES);
  let [counted, seen] = [0, 1];
  for (let index = 0; index < bytes.length && counted < MOST_AROUND; index += 1) {
    if (bytes[index]! < 0x80) continue;
    const end = Math.min(index + NEAR_BYTES, bytes.length);
    for (let near = Math.max(seen, index - NEAR_BYTES); near < end; near += 1) {
      const [before, byte] = [bytes[near - 1]!, bytes[near]!];
      if (((before | byte) & 0x80) !== 0) continue;
      counts[placeOf(before) * PLACES + placeOf(byte)]! += 1;
      counted += 1;
    }
    seen = Math.max(seen, end);
  }
  counts[0] = 0;
  return countedIn(counts, PLACES);
}

function placeOf(byte: number): number {
  const place = (byte | 0x20) - 0x60;
  return byte < 0x80 && place >= 1 && place <= 26 ? place : 0;
}

function countedIn(counts: Uint32Array, width: number): BytePair[] {
  const found: BytePair[] = [];
  counts.forEach((count, place) => {
    if (count > 0) found.push({ first: Math.floor(place / width), second: place % width, count });
  });
  return found;
}
