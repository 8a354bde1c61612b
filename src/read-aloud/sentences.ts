import { textOf, type Block } from '../library/blocks.js';

/** One sentence as it would be read aloud. Times are from the beginning of the document. */
export interface Sentence {
  /** From 0. */
  number: number;
  text: string;
  startSeconds: number;
  endSeconds: number;
  /** Code points: what it is priced by. */
  characters: number;
}

/** Nobody says more in one breath; a text without a full stop is read in pieces. */
const LONGEST = 600;

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/** All that can be said, at so many words a minute; a line of asterisks says nothing. */
export function* sentencesOf(blocks: Iterable<Block>, wordsPerMinute: number): Generator<Sentence> {
  let [number, wordsBefore] = [0, 0];
  const secondsAt = (count: number) => Math.round((count * 60_000) / wordsPerMinute) / 1000;
  for (const { runs } of blocks) {
    for (const text of breathsOf(textOf(runs))) {
      const count = wordsIn(text);
      if (count === 0) continue;
      yield {
        number,
        text,
        startSeconds: secondsAt(wordsBefore),
        endSeconds: secondsAt(wordsBefore + count),
        characters: charactersIn(text),
      };
      number += 1;
      wordsBefore += count;
    }
  }
}

function* breathsOf(text: string): Generator<string> {
  // The end of a line within a paragraph ends no sentence.
  for (const { segment } of sentences.segment(text.replace(/\s+/g, ' '))) {
    for (let rest = segment.trim(); rest !== '';) {
      const end = rest.length <= LONGEST ? rest.length : endOfBreath(rest);
      yield rest.slice(0, end).trimEnd();
      rest = rest.slice(end).trimStart();
    }
  }
}

/** At the last space that still fits, else between two characters. */
function endOfBreath(text: string): number {
  const space = text.lastIndexOf(' ', LONGEST);
  if (space > 0) return space;
  const isPair = (text.charCodeAt(LONGEST) & 0xfc00) === 0xdc00;
  return isPair ? LONGEST - 1 : LONGEST;
}

function wordsIn(text: string): number {
  let count = 0;
  for (const { isWordLike } of words.segment(text)) if (isWordLike === true) count += 1;
  return count;
}

function charactersIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1;
  return count;
}
