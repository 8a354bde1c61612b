import {
  AlignmentType,
  Document,
  Packer,
  Paragraph,
  Tab,
  TextRun,
  type IParagraphOptions,
  type IRunOptions,
} from 'docx';
import { Readable } from 'node:stream';
import type { Block, Run } from '../library/blocks.js';
import { directionOf, splitByDirection } from './direction.js';
import type { ExportJob } from './export-job.js';
import type { Progress } from './progress.js';
import { blocksOf } from './stored-blocks.js';
import { defaults, numbering } from './docx-styles.js';

const ALIGNMENTS = {
  center: AlignmentType.CENTER,
  // Where its lines end: at the left if they are right-to-left.
  right: AlignmentType.END,
  justify: AlignmentType.JUSTIFIED,
} satisfies Record<NonNullable<Block['align']>, string>;

/** Word knows six styles of headings and nine levels of outline. */
const HEADING_STYLES = 6;
/** A document of more lists goes on counting in the last one: programs refuse too many. */
const MAX_LISTS = 5_000;

/** The documents in one, each on a page of its own. Read again, it has the blocks they have. */
export function writeDocx(job: ExportJob, progress: Progress): Readable {
  return Readable.from(pack(job, progress));
}

async function* pack({ title, documents }: ExportJob, progress: Progress): AsyncGenerator<Buffer> {
  const children: Paragraph[] = [];
  const lists = new Lists();
  for (const document of documents) {
    const startsAt = children.length;
    for (const block of await blocksOf(document)) {
      const isFirst = children.length === startsAt && startsAt > 0;
      children.push(paragraphOf(block, lists.next(block), isFirst));
    }
  }
  const file = new Document({
    title: xmlText(title),
    creator: 'creditgate',
    numbering,
    styles: { default: defaults },
    sections: [{ children }],
  });
  yield await Packer.toBuffer(file);
  for (const { paragraphs } of documents) progress.paragraphs(paragraphs);
}

/** Tells lists apart, so that each counts from one. */
class Lists {
  #count = 0;
  #isOpen = false;

  next({ type }: Block): number {
    if (type === 'listItem' && !this.#isOpen && this.#count < MAX_LISTS) this.#count += 1;
    this.#isOpen = type === 'listItem';
    return this.#count;
  }
}

function paragraphOf(block: Block, list: number, pageBreakBefore: boolean): Paragraph {
  const isRightToLeft = directionOf(block) === 'rtl';
  return new Paragraph({
    ...kindOf(block, list),
    ...(block.align !== undefined && { alignment: ALIGNMENTS[block.align] }),
    ...(isRightToLeft && { bidirectional: true }),
    ...(pageBreakBefore && { pageBreakBefore }),
    children: block.runs.flatMap(runsOf),
  });
}

function kindOf({ type, level = 0, ordered }: Block, list: number): Partial<IParagraphOptions> {
  switch (type) {
    case 'paragraph':
      return {};
    case 'heading':
      return level <= HEADING_STYLES ? { style: `Heading${level}` } : { outlineLevel: level - 1 };
    case 'listItem':
      return { numbering: { reference: ordered ? 'ordered' : 'bullets', level, instance: list } };
  }
}

/** Word has tabs and line breaks as elements, and lays out right-to-left text only in runs that say so. */
function runsOf({ text, bold, italic, underline }: Run): TextRun[] {
  const format: IRunOptions = {
    ...(bold && { bold }),
    ...(italic && { italics: italic }),
    ...(underline && { underline: {} }),
  };
  return xmlText(text)
    .split(/(\t|\n)/)
    .filter((piece) => piece !== '')
    .flatMap((piece) => {
      if (piece === '\t') return new TextRun({ ...format, children: [new Tab()] });
      if (piece === '\n') return new TextRun({ ...format, break: 1 });
      return splitByDirection(piece).map(
        ({ text: part, direction }) =>
          new TextRun({ ...format, text: part, ...(direction === 'rtl' && { rightToLeft: true }) }),
      );
    });
}

/** Without what XML has no place for; old form feeds and vertical tabs become line breaks. */
function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?|[\v\f]/g, '\n')
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000e-\u001f\ufffe\uffff]/g, '')
  );
}
