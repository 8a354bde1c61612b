import type PDFDocument from 'pdfkit';
import type { Block } from '../../library/blocks.js';
import { hasRightToLeft, type Direction } from '../direction.js';
import type { Face } from './fonts.js';
import type { Itemized } from './itemize.js';
import type { Line } from './lines.js';
import { piecesOf, type Piece } from './pieces.js';
import { FROM_RIGHT_TO_LEFT } from './text-layer.js';

type Document = InstanceType<typeof PDFDocument>;

interface Place {
  left: number;
  width: number;
  baseline: number;
  align: Block['align'];
}

/** Parts of the size. */
const UNDERLINE_DEPTH = 0.12;
const UNDERLINE_WIDTH = 0.05;
const FAKE_BOLD_WIDTH = 0.03;
const SPACES = /\s+/;

/** Words remembered are no longer than that. */
const MAX_REMEMBERED = 32;

/** Measures and draws lines of text. */
export class Pen {
  /** Points. */
  size = 11;
  /** The widths of words in thousandths of the size, by font: texts say the same words again and again. */
  readonly #widths = new Map<string, Map<string, number>>();

  readonly #measure: Document['widthOfString'];

  constructor(private readonly document: Document) {
    this.#measure = document.widthOfString.bind(document);
    // PDFKit measures all it draws, to go on behind it: a third of its time. Here every place is our own.
    document.widthOfString = () => 0;
  }

  widthOf(text: string, face: Face): number {
    let width = 0;
    for (let start = 0; start < text.length;) {
      const space = text.indexOf(' ', start);
      const end = space === -1 ? text.length : space + 1;
      width += this.#wordWidth(text.slice(start, end), face);
      start = end;
    }
    return (width * this.size) / 1000;
  }

  #wordWidth(word: string, face: Face): number {
    let known = this.#widths.get(face.font);
    if (known === undefined) this.#widths.set(face.font, (known = new Map<string, number>()));
    const remembered = known.get(word);
    if (remembered !== undefined) return remembered;
    this.document.font(face.font).fontSize(1000);
    const width = this.#measure(word, asWhole(face) ? { features: [] } : {});
    if (word.length <= MAX_REMEMBERED) known.set(word, width);
    return width;
  }

  centred(text: string, face: Face, { centre, baseline }: { centre: number; baseline: number }): void {
    this.#text(text, face, centre - this.widthOf(text, face) / 2, baseline);
  }

  line(item: Itemized, line: Line, { left, width, baseline, align }: Place): void {
    const pieces = piecesOf(item, line);
    const widths = pieces.map(({ text, span }) => this.widthOf(text, span.face));
    const natural = widths.reduce((sum, one) => sum + one, 0);
    const room = Math.max(0, width - natural);
    const gaps = align === 'justify' && !line.isLast ? gapsIn(pieces) : 0;
    const perGap = gaps === 0 ? 0 : room / gaps;
    let x = left + (gaps > 0 ? 0 : room * shareOf(align, item.direction));
    const placed = pieces.map((piece, index) => {
      const width = widths[index]! + gapsIn([piece]) * perGap;
      x += width;
      return { piece, x: x - width, width };
    });
    for (const { piece, x: from, width: drawn } of inReadingOrder(placed)) {
      this.#piece(piece, from, baseline, perGap);
      if (piece.span.underline) this.#underline(from, drawn, baseline);
    }
  }

  /** With wider spaces PDFKit sets word by word, and neither at the edges nor from right to left. */

  /** PDFKit sets wider spaces word by word, too, but neither at the edges nor from right to left. */
  #piece({ text, span }: Piece, x: number, baseline: number, perGap: number): void {
    const parts = partsOf({ text, span }, perGap);
    if (parts.length === 1) return this.#text(text, span.face, x, baseline, span);
    const isRtl = span.level % 2 === 1;
    let at = isRtl ? x + this.widthOf(text, span.face) + gapsIn([{ text, span }]) * perGap : x;
    for (const part of parts) {
      const isSpace = SPACES.test(part);
      const width = this.widthOf(part, span.face) + (isSpace ? perGap : 0);
      if (isRtl) at -= width;
      // From left to right programs see a space by its width.
      if (!isSpace || isRtl) this.#text(part, span.face, at, baseline, span);
      if (!isRtl) at += width;
    }
  }

  #text(text: string, face: Face, x: number, baseline: number, { level } = { level: 0 }): void {
    const isRightToLeft = level % 2 === 1;
    const options = {
      lineBreak: false,
      baseline: 'alphabetic',
      oblique: face.fakeItalic,
      stroke: face.fakeBold,
      fill: true,
      ...(isRightToLeft ? { features: FROM_RIGHT_TO_LEFT } : asWhole(face) && { features: [] }),
    } as const;
    if (face.fakeBold) this.document.lineWidth(this.size * FAKE_BOLD_WIDTH);
    this.document.font(face.font).fontSize(this.size).text(text, x, baseline, options);
  }

  /** One line below all of it, spaces too. */
  #underline(x: number, width: number, baseline: number): void {
    const y = baseline + this.size * UNDERLINE_DEPTH;
    this.document
      .lineWidth(this.size * UNDERLINE_WIDTH)
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke();
  }
}

/**
 * With a list of features, even an empty one, PDFKit sets a text as a whole. Else it sets word by word and remembers
 * each, which is fast, but from left to right only, and where there are no spaces it would remember every line.
 */
function asWhole({ family }: Face): boolean {
  return family > 0;
}

/**
 * Programs take a text for what was drawn first. What is in one font they take as one, from left to right, and find
 * out by themselves which way it runs, if there are letters in it that tell.
 */
function inReadingOrder<T extends { piece: Piece }>(placed: T[]): T[] {
  if (placed.every(({ piece }) => piece.span.level === 0)) return placed;
  const groups: T[][] = [];
  for (const one of placed) {
    const last = groups.at(-1);
    if (last?.[0]!.piece.span.face.font === one.piece.span.face.font) last.push(one);
    else groups.push([one]);
  }
  const tells = (group: T[]) => group.some(({ piece }) => hasRightToLeft(piece.text));
  const startOf = (group: T[]) => Math.min(...group.map(({ piece }) => piece.span.start));
  return groups
    .flatMap((group) => (tells(group) ? [group] : group.map((one) => [one])))
    .sort((one, other) => startOf(one) - startOf(other))
    .flat();
}

/** What is drawn at once: words where the spaces between them are wider, and signs that do not tell which way they run. */
function partsOf({ text, span }: Piece, perGap: number): string[] {
  if (span.level % 2 === 1 && !hasRightToLeft(text)) return [...text];
  return perGap === 0 ? [text] : text.split(/(\s+)/).filter((part) => part !== '');
}

function gapsIn(pieces: Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.split(SPACES).length - 1, 0);
}

/** Of the room that a line leaves, the part at its left. */
function shareOf(align: Block['align'], direction: Direction): number {
  if (align === 'center') return 0.5;
  // `right` is where lines end.
  return (align === 'right') === (direction === 'ltr') ? 1 : 0;
}
