import { decodeAs } from './decoders.js';
import { linesBeyondAscii } from './lines.js';

const BYTES_BEFORE = 60;
const BYTES_AFTER = 600;
const MOST_SIGNS = 240;

/** How the first lines that differ between them read in each of these encodings; a person sees which one is right. */
export function previewsOf(bytes: Buffer, encodings: readonly string[]): Record<string, string> {
  const { sample } = linesBeyondAscii(bytes);
  const first = sample.findIndex((byte) => byte > 0x7f);
  const piece = sample.subarray(Math.max(0, first - BYTES_BEFORE), first + BYTES_AFTER);
  return Object.fromEntries(encodings.map((encoding) => [encoding, firstSigns(piece, encoding)]));
}

/** The piece may end in the middle of a sign. */
function firstSigns(piece: Buffer, encoding: string): string {
  const text = decodeAs(encoding, piece).replace(/\ufffd+$/, '');
  return [...text].slice(0, MOST_SIGNS).join('');
}
