import type { Block } from '../library/blocks.js';

export interface TextFacts {
  title: string;
  characters: number;
  words: number;
  paragraphs: number;
  blocks: Block[];
}

const MAX_TITLE_CHARACTERS = 200;

/** Paragraphs stand apart by blank lines; in a text without any, each line is one. */
export function readText(text: string): TextFacts {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  const parts = plain.split(/\n\s*\n/);
  const paragraphs = (parts.length > 1 ? parts : plain.split('\n')).filter((part) => part.trim() !== '');
  const [firstLine = ''] = plain.split('\n', 1);
  return {
    title: beginningOf(firstLine.trim()),
    // Code points: a pair of surrogates is one character.
    characters: plain.length - count(plain, /[\ud800-\udbff][\udc00-\udfff]/g),
    words: count(plain, /\S+/g),
    paragraphs: paragraphs.length,
    blocks: paragraphs.map((part) => ({ type: 'paragraph', runs: [{ text: part }] })),
  };
}

/** Cut between characters, never in the middle of a pair of surrogates. */
function beginningOf(line: string): string {
  return Array.from(line.slice(0, 2 * MAX_TITLE_CHARACTERS))
    .slice(0, MAX_TITLE_CHARACTERS)
    .join('');
}

/** Without an array of all matches: a text may have millions. */
function count(text: string, pattern: RegExp): number {
  let matches = 0;
  while (pattern.exec(text) !== null) matches += 1;
  return matches;
}
