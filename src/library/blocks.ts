/** A document as its readers share it: the page, the exports, the API. */
export interface Run {
  text: string;
  bold?: true;
  italic?: true;
  underline?: true;
}

/** What stands before the text of a list item or a numbered heading, and where it comes from. */
export interface Marker {
  /** As it reads: `1.`, `b)`, `Chapter 3:`, `•`. */
  text: string;
  /** Which list of the document it belongs to. Items of one list are formatted alike and count on from each other. */
  list: number;
  /** The text with a `%1` for the number of the first level, a `%2` for that of the second, and so on. */
  pattern: string;
  /** The numbers of all levels down to the item's own, which is the last. */
  numbers: number[];
  /** How each level writes its number, in the words of WordprocessingML: `decimal`, `lowerLetter`, `bullet`. */
  formats: string[];
  /** The levels above are written in decimal here, whatever their formats say. */
  legal?: true;
}

export interface Block {
  type: 'paragraph' | 'heading' | 'listItem';
  /** 1 … 9 for headings, 0 … for list items. */
  level?: number;
  ordered?: boolean;
  /** List items stored before markers were kept have none. */
  marker?: Marker;
  align?: 'center' | 'right' | 'justify';
  runs: Run[];
}

export function textOf(runs: Run[]): string {
  return runs.map(({ text }) => text).join('');
}

/** Text goes on in the last run if it looks the same. */
export function appendRun(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (run.text === '') return;
  if (last !== undefined && looksLike(last, run)) last.text += run.text;
  else runs.push({ ...run });
}

function looksLike(one: Run, other: Run): boolean {
  return one.bold === other.bold && one.italic === other.italic && one.underline === other.underline;
}

/** What any document may have, whatever it was read from. */
export const MAX_PARAGRAPHS = 100_000;
export const MAX_CHARACTERS = 10_000_000;
