import type { Candidate } from './candidate.js';
import { decodeAs } from './decoders.js';
import { MULTI_BYTE_ENCODINGS } from './encodings.js';
import { linesBeyondAscii } from './lines.js';
import { SIGN_BANDS } from './sign-bands.js';

const BANDS_PER_NAT = 2;
const PUNCTUATION = /[\u3000-\u3003\u3005-\u3015\u30fb\u30fc\uff01-\uff1f\uff3b-\uff40\uff5b-\uff5e“”‘’…—·]/;
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;
/** What the end of the sample cuts off; in a whole text it is refused later. */
const CUT_OFF = /\ufffd.{0,2}$/;
const PUNCTUATION_COST = 4;
/** Signs that a language has, but seldom; and those of another one. */
const SELDOM_COST = 11.5;
const HALF_WIDTH_COST = 8;
const FOREIGN_COST = 13;
/** A sign that leans on a Latin letter. */
const BESIDE_LATIN_COST = 2;
const LANGUAGES: Record<string, readonly string[]> = {
  gb18030: ['zh_cn', 'zh_tw'],
  big5: ['zh_tw'],
  shift_jis: ['ja'],
  'euc-jp': ['ja'],
  'euc-kr': ['ko'],
};
const COSTS = new Map(
  Object.entries(SIGN_BANDS).map(([language, bands]) => [
    language,
    new Map(
      bands.flatMap((signs, band) =>
        Array.from(signs, (sign) => [sign, (band + 0.5) / BANDS_PER_NAT] as const),
      ),
    ),
  ]),
);

/** How well the encodings of Chinese, Japanese and Korean explain the bytes, judged by a sample of lines. */
export function multiByteCandidates(bytes: Buffer): Candidate[] {
  const { sample, share } = linesBeyondAscii(bytes);
  return MULTI_BYTE_ENCODINGS.map((encoding) => {
    const decoded = decodeAs(encoding, sample);
    const reading = share < 1 ? decoded.replace(CUT_OFF, '') : decoded;
    return scaled(candidateFor(encoding, reading), 1 / share);
  });
}

function scaled({ cost, events, ...candidate }: Candidate, factor: number): Candidate {
  return { ...candidate, cost: cost * factor, events: events * factor };
}

function candidateFor(encoding: string, reading: string): Candidate {
  const counts = new Uint32Array(0x10000);
  let [events, beside] = [0, 0];
  for (let index = 0, before = 0; index < reading.length; index += 1) {
    const unit = reading.charCodeAt(index);
    const isBeyondAscii = unit > 0x7f;
    if (isBeyondAscii) {
      counts[unit]! += 1;
      events += 1;
    }
    if (isBeyondAscii ? isLatinLetter(before) : before > 0x7f && isLatinLetter(unit)) beside += 1;
    before = unit;
  }
  const costs = LANGUAGES[encoding]!.map((language) => ({ language, cost: costIn(language, counts) }));
  const [best] = costs.sort((one, other) => one.cost - other.cost);
  return {
    encoding,
    language: best!.language,
    cost: best!.cost + beside * BESIDE_LATIN_COST,
    rarity: 0,
    events,
    reading,
  };
}

function isLatinLetter(unit: number): boolean {
  const lowerCase = unit | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x7a && unit < 0x80;
}

function costIn(language: string, counts: Uint32Array): number {
  const known = COSTS.get(language)!;
  let cost = 0;
  counts.forEach((count, unit) => {
    if (count === 0) return;
    const sign = String.fromCharCode(unit);
    cost += count * (known.get(sign) ?? costOfRare(sign));
  });
  return cost;
}

function costOfRare(sign: string): number {
  if (PUNCTUATION.test(sign)) return PUNCTUATION_COST;
  if (sign >= '\uff61' && sign <= '\uff9f') return HALF_WIDTH_COST;
  return CJK.test(sign) ? SELDOM_COST : FOREIGN_COST;
}
