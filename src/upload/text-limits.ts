import { MAX_CHARACTERS, MAX_PARAGRAPHS } from '../library/blocks.js';
import { FileRefusal } from '../library/file-refusal.js';

const [LINE_FEED, CARRIAGE_RETURN, HIGHEST_ASCII] = [10, 13, 127];

/**
 * Counts what a text would become, before anything is made of it: millions of lines as objects are more than any
 * process may take.
 *
 * @throws FileRefusal file_too_complex
 */
export function requireBearable(text: string): void {
  const counts = { characters: 0, lines: 0, parts: 0 };
  let [lineIsBlank, partIsOpen] = [true, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // The second of a pair of surrogates is not a character.
    if ((code & 0xfc00) !== 0xdc00) counts.characters += 1;
    if (code === LINE_FEED || code === CARRIAGE_RETURN) {
      const isPair = code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED;
      if (isPair) continue;
      if (lineIsBlank) partIsOpen = false;
      lineIsBlank = true;
    } else if (lineIsBlank && !isSpace(code)) {
      lineIsBlank = false;
      counts.lines += 1;
      if (!partIsOpen) counts.parts += 1;
      partIsOpen = true;
    }
  }
  // Paragraphs stand apart by blank lines; in a text without any, each line is one.
  const paragraphs = counts.parts > 1 ? counts.parts : counts.lines;
  if (paragraphs > MAX_PARAGRAPHS) throw tooComplex(`${MAX_PARAGRAPHS} paragraphs`);
  if (counts.characters > MAX_CHARACTERS) throw tooComplex(`${MAX_CHARACTERS} characters`);
}

function isSpace(code: number): boolean {
  if (code <= HIGHEST_ASCII) return code === 32 || (code >= 9 && code <= 13);
  return String.fromCharCode(code).trim() === '';
}

function tooComplex(limit: string): FileRefusal {
  return new FileRefusal('file_too_complex', `There are more than ${limit}.`);
}
