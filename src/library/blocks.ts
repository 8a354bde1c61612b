/** A document as its readers share it: the page, the exports, the API. */
export interface Run {
  text: string;
  bold?: true;
  italic?: true;
  underline?: true;
}

export interface Block {
  type: 'paragraph' | 'heading' | 'listItem';
  /** 1 … 9 for headings, 0 … for list items. */
  level?: number;
  ordered?: boolean;
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

const FLUSHED_CHARACTERS = 64 * 1024;

/** Blocks as they are stored: JSON in UTF-8, piece by piece. */
export function* jsonOf(blocks: Iterable<Block>): Generator<Buffer> {
  let [pending, isFirst] = ['[', true];
  for (const block of blocks) {
    pending += (isFirst ? '' : ',') + JSON.stringify(block);
    isFirst = false;
    if (pending.length < FLUSHED_CHARACTERS) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(`${pending}]`);
}
