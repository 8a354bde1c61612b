/** A document in the form that the page, the exports and the API share. */
export interface Run {
  text: string;
  bold?: true;
  italic?: true;
  underline?: true;
}

/** The marker before a list item or a numbered heading, and how it was formed. */
export interface Marker {
  /** As it reads: `1.`, `b)`, `Chapter 3:`, `•`. */
  text: string;
  /** The number of its list in the document. Items of one list have the same formats and one count. */
  list: number;
  /** The marker's pattern: `%1` stands for the number of the first level, `%2` for that of the second, and so on. */
  pattern: string;
  /** The numbers of all levels, the item's own last. */
  numbers: number[];
  /** The number format of each level, in the words of WordprocessingML: `decimal`, `lowerLetter`, `bullet`. */
  formats: string[];
  /** True: the levels above are written in decimal here, whatever their formats say. */
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

/** Append text to the last run if it looks the same. */
export function appendRun(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (run.text === '') return;
  if (last !== undefined && looksLike(last, run)) last.text += run.text;
  else runs.push({ ...run });
}

function looksLike(one: Run, other: Run): boolean {
  return one.bold === other.bold && one.italic === other.italic && one.underline === other.underline;
}

/** Limits for any document, whatever it was read from. */
export const MAX_PARAGRAPHS = 100_000;
export const MAX_CHARACTERS = 10_000_000;
