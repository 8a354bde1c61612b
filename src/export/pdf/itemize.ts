import type { Block } from '../../library/blocks.js';
import { directionOf, hasRightToLeft, type Direction } from '../direction.js';
import type { Face, Fonts } from './fonts.js';
import { bidi } from './text-layer.js';

/** A stretch of a paragraph in one font and one direction. */
export interface Span {
  start: number;
  end: number;
  face: Face;
  underline: boolean;
  /** Odd: right-to-left (UAX #9). */
  level: number;
}

/** A block's text in the order in which it is read, and how each stretch of it looks. */
export interface Itemized {
  text: string;
  direction: Direction;
  spans: Span[];
}

const TAB = '    ';
/** Signs without a look of their own, but for line ends and joiners. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\ufeff\ufffe\uffff]/g;
/** Signs that direct the others: needed until the levels are known, and never drawn. */
export const DIRECTING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Letters of the first family, and what goes with them: no need to ask for each. */
const PLAIN = /^[\u0020-\u007e\u00a0-\u017f\u2010-\u2026\n]*$/;

export function itemize(block: Pick<Block, 'runs'>, fonts: Fonts, direction = directionOf(block)): Itemized {
  const runs = block.runs.map((run) => ({ ...run, text: drawable(run.text) }));
  const text = runs.map((run) => run.text).join('');
  const levels =
    direction === 'rtl' || hasRightToLeft(text) ? bidi.getEmbeddingLevels(text, direction).levels : undefined;
  const spans: Span[] = [];
  let at = 0;
  for (const run of runs) {
    const style = { underline: run.underline === true, bold: run.bold, italic: run.italic };
    for (const part of stretches(run.text, at, fonts, levels)) {
      spans.push({ ...part, face: fonts.face(part.family, style), underline: style.underline });
    }
    at += run.text.length;
  }
  return { text, direction, spans };
}

function drawable(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
      .replaceAll('\t', TAB)
      .replace(INVISIBLE, '')
      // Fonts have signs for whole letters, and seldom for the parts that some programs take them apart into.
      .normalize('NFC')
  );
}

interface Stretch {
  start: number;
  end: number;
  family: number;
  level: number;
}

function* stretches(text: string, offset: number, fonts: Fonts, levels?: Uint8Array): Generator<Stretch> {
  if (text === '') return;
  if (levels === undefined && PLAIN.test(text)) {
    yield { start: offset, end: offset + text.length, family: 0, level: 0 };
    return;
  }
  let open: Stretch | undefined;
  let at = offset;
  for (const sign of text) {
    const level = levels?.[at] ?? 0;
    const family = fonts.familyOf(sign.codePointAt(0)!, open?.family ?? 0, level % 2 === 1);
    if (open?.family !== family || open.level !== level) {
      if (open !== undefined) yield open;
      open = { start: at, end: at, family, level };
    }
    at += sign.length;
    open.end = at;
  }
  yield open!;
}
