import { MAX_CHARACTERS, MAX_PARAGRAPHS, textOf, type Block } from '../library/blocks.js';
import type { Heading } from '../library/document.entity.js';
import { tooComplex } from './package.js';
import { MAX_RUNS } from './text-budget.js';

/** The stored document has all of them. */
const MAX_HEADINGS_LISTED = 1_000;
export const MAX_TITLE_SOURCE = 1_000;
const MAX_TITLE_CHARACTERS = 200;
const FLUSH_CHARACTERS = 64 * 1024;

/** Counts a document's blocks and turns them into JSON as they come, so they are never all in memory as objects. */
export class TextBlocks {
  characters = 0;
  words = 0;
  paragraphs = 0;
  readonly headings: Heading[] = [];
  /** The first text of the document. */
  firstText: string | undefined;
  #runs = 0;
  #pending = '[';
  readonly #written: Buffer[] = [];

  /** @throws FileRefusal file_too_complex */
  add(block: Block): void {
    const text = textOf(block.runs);
    this.paragraphs += 1;
    this.#runs += block.runs.length;
    if (this.paragraphs > MAX_PARAGRAPHS)
      throw tooComplex(`There are more than ${MAX_PARAGRAPHS} paragraphs.`);
    this.characters += text.length - count(text, /[\ud800-\udbff][\udc00-\udfff]/g);
    this.words += count(text, /\S+/g);
    if (this.characters > MAX_CHARACTERS)
      throw tooComplex(`There are more than ${MAX_CHARACTERS} characters.`);
    if (this.#runs > MAX_RUNS) throw tooComplex(`The formatting changes more than ${MAX_RUNS} times.`);
    this.firstText ??= titleOf(block, text);
    if (block.type === 'heading' && this.headings.length < MAX_HEADINGS_LISTED) {
      this.headings.push({ level: block.level!, text: titleOf(block, text) });
    }
    this.#pending += (this.paragraphs === 1 ? '' : ',') + JSON.stringify(block);
    if (this.#pending.length > FLUSH_CHARACTERS) this.#flush();
  }

  /** All blocks, as JSON in UTF-8. */
  toJson(): Uint8Array<ArrayBuffer> {
    this.#pending += ']';
    this.#flush();
    return Uint8Array.from(Buffer.concat(this.#written));
  }

  #flush(): void {
    this.#written.push(Buffer.from(this.#pending));
    this.#pending = '';
  }
}

/** A heading may consist of its number alone. */
function titleOf({ marker }: Block, text: string): string {
  return asTitle(text === '' ? (marker?.text ?? '') : text);
}

/** One line, and not without end; of the text as much as is certain to be enough is looked at. */
export function asTitle(text: string): string {
  return text
    .trimStart()
    .slice(0, MAX_TITLE_SOURCE)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TITLE_CHARACTERS)
    .toWellFormed();
}

/** Without an array of all matches: a text may have millions. */
function count(text: string, pattern: RegExp): number {
  let matches = 0;
  while (pattern.exec(text) !== null) matches += 1;
  return matches;
}
