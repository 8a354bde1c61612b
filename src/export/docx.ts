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
import type { Block, Marker, Run } from '../library/blocks.js';
import { directionOf, splitByDirection } from './direction.js';
import type { ExportJob } from './export-job.js';
import type { Progress } from './progress.js';
import { blocksOf } from './stored-blocks.js';
import { DocxLists } from './docx-lists.js';
import { numberingXml } from './docx-numbering.js';
import { defaults } from './docx-styles.js';
import { xmlText } from './xml-text.js';

const ALIGNMENTS = {
  center: AlignmentType.CENTER,
  // Where its lines end: at the left if they are right-to-left.
  right: AlignmentType.END,
  justify: AlignmentType.JUSTIFIED,
} satisfies Record<NonNullable<Block['align']>, string>;

/** Word has six heading styles and nine outline levels. */
const HEADING_STYLES = 6;
/** Of the library's own definition of lists, which is written over. */
const LISTS = 'lists';

/** One DOCX of all documents, each on a new page. Reading it again gives the same blocks. */
export function writeDocx(job: ExportJob, progress: Progress): Readable {
  return Readable.from(pack(job, progress));
}

async function* pack({ title, documents }: ExportJob, progress: Progress): AsyncGenerator<Buffer> {
  const children: Paragraph[] = [];
  const lists = new DocxLists();
  for (const [index, document] of documents.entries()) {
    const startsAt = children.length;
    for (const block of await blocksOf(document)) {
      const isFirst = children.length === startsAt && startsAt > 0;
      const { marker } = block;
      const instance = marker && lists.place(block, marker, index);
      children.push(paragraphOf(block, instance, isFirst));
    }
  }
  const file = new Document({
    title: xmlText(title),
    creator: 'creditgate',
    numbering: { config: [{ reference: LISTS, levels: [] }] },
    styles: { default: defaults },
    sections: [{ children }],
  });
  const data = numberingXml(lists, numIdsOf(file, lists.instances.length));
  yield await Packer.toBuffer(file, undefined, [{ path: 'word/numbering.xml', data }]);
  for (const { paragraphs } of documents) progress.paragraphs(paragraphs);
}

/** The numbers by which the library will name so many instances. */
function numIdsOf(file: Document, count: number): number[] {
  for (let instance = 0; instance < count; instance += 1)
    file.Numbering.createConcreteNumberingInstance(LISTS, instance);
  return file.Numbering.ConcreteNumbering.filter(({ reference }) => reference === LISTS).map(
    ({ numId }) => numId,
  );
}

function paragraphOf(block: Block, instance: number | undefined, pageBreakBefore: boolean): Paragraph {
  const { marker, runs, align } = block;
  const isRightToLeft = directionOf(block) === 'rtl';
  const inText = marker !== undefined && instance === undefined;
  return new Paragraph({
    ...kindOf(block),
    ...(marker && instance !== undefined && placeOf(marker, instance)),
    ...(align !== undefined && { alignment: ALIGNMENTS[align] }),
    ...(isRightToLeft && { bidirectional: true }),
    ...(pageBreakBefore && { pageBreakBefore }),
    children: [...(inText ? [{ text: `${marker.text} ` }] : []), ...runs].flatMap(runsOf),
  });
}

function kindOf({ type, level = 0 }: Block): Partial<IParagraphOptions> {
  if (type !== 'heading') return {};
  return level <= HEADING_STYLES ? { style: `Heading${level}` } : { outlineLevel: level - 1 };
}

function placeOf({ numbers }: Marker, instance: number): Partial<IParagraphOptions> {
  return { numbering: { reference: LISTS, level: numbers.length - 1, instance } };
}

/** In Word, tabs and line breaks are elements, and right-to-left text needs runs that say so. */
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
