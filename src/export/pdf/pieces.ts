import { DIRECTING, type Itemized, type Span } from './itemize.js';
import type { Line } from './lines.js';

/** A part of a line as it is drawn: in one font, from its left end to its right one. */
export interface Piece {
  span: Span;
  /** In the order in which it is read, whichever way it runs. */
  text: string;
}

/** The pieces of a line from left to right, without the white space at its end. */
export function piecesOf({ text, spans }: Itemized, { start, end }: Line): Piece[] {
  const visibleEnd = start + text.slice(start, end).trimEnd().length;
  const pieces: Piece[] = [];
  // Spans come in their order, and a paragraph may have thousands.
  for (
    let index = firstAt(spans, start);
    index < spans.length && spans[index]!.start < visibleEnd;
    index += 1
  ) {
    const span = spans[index]!;
    const part = text.slice(Math.max(start, span.start), Math.min(visibleEnd, span.end));
    const drawn = part.replace(DIRECTING, '');
    if (drawn !== '') pieces.push({ span, text: drawn });
  }
  return reordered(pieces);
}

function firstAt(spans: Span[], place: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** UAX #9, L2: from the highest level down, every sequence at or above it is turned. */
function reordered(pieces: Piece[]): Piece[] {
  const highest = Math.max(0, ...pieces.map(({ span }) => span.level));
  let order = pieces;
  for (let level = highest; level > 0; level -= 1) {
    const next: Piece[] = [];
    let sequence: Piece[] = [];
    for (const piece of order) {
      if (piece.span.level >= level) {
        sequence.push(piece);
      } else {
        next.push(...sequence.reverse(), piece);
        sequence = [];
      }
    }
    next.push(...sequence.reverse());
    order = next;
  }
  return order;
}
