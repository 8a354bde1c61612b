import PDFDocument from 'pdfkit';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { textOf, type Block } from '../../library/blocks.js';
import { directionOf } from '../direction.js';
import type { ExportJob } from '../export-job.js';
import type { Progress } from '../progress.js';
import { blocksOf } from '../stored-blocks.js';
import { Contents } from './contents.js';
import { Effort } from './effort.js';
import { Flow, MARGIN } from './flow.js';
import { Fonts } from './fonts.js';
import { itemize } from './itemize.js';
import { linesOf } from './lines.js';
import { Pen } from './pen.js';
import { lookOf, type Look } from './look.js';

/** One PDF of all documents, each on a new page, with the headings as table of contents. */
export function writePdf(job: ExportJob, progress: Progress): Readable {
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    autoFirstPage: false,
    // None of PDF's own, which would be read from the disk for each document.
    font: '',
    pdfVersion: '1.7',
    displayTitle: true,
    info: { Title: job.title, Creator: 'creditgate' },
  });
  fill(document, job, progress).then(
    () => document.end(),
    (error: unknown) => document.destroy(error as Error),
  );
  return document;
}

type Document = InstanceType<typeof PDFDocument>;

async function fill(document: Document, { documents }: ExportJob, progress: Progress): Promise<void> {
  const effort = new Effort();
  for (const source of documents) effort.add(await blocksOf(source));
  const fonts = new Fonts(document);
  const pen = new Pen(document);
  const flow = new Flow(document, pen, fonts);
  const contents = new Contents(document);
  for (const source of documents) {
    flow.newPage();
    for (const block of await blocksOf(source)) {
      const page = flow.pages;
      setBlock(block, { fonts, pen, flow, contents });
      progress.paragraphs(1);
      // Finished pages go to the disk.
      if (flow.pages > page) await turn();
    }
  }
  flow.endPage();
}

interface Tools {
  fonts: Fonts;
  pen: Pen;
  flow: Flow;
  contents: Contents;
}

/** Between the marker of an item and its text. */
const MARKER_GAP = 5;

function setBlock(block: Block, { fonts, pen, flow, contents }: Tools): void {
  const look = lookOf(block);
  pen.size = look.size;
  const outside = markerOutside(block, look, { fonts, pen });
  const item = itemize(outside === undefined ? withMarker(block) : block, fonts);
  const width = flow.width - look.indent;
  const lines = linesOf(item, width, (text, span) => pen.widthOf(text, span.face));
  flow.space(look.before);
  // A heading must not be alone at the end of a page.
  flow.require(look.lineHeight * (block.type === 'heading' ? 4 : Math.min(2, lines.length)));
  if (block.type === 'heading') contents.add(textOf(withMarker(block).runs), block.level ?? 1);
  for (const [index, line] of lines.entries()) {
    const baseline = flow.line(look.lineHeight);
    const left = item.direction === 'ltr' ? MARGIN + look.indent : MARGIN;
    if (index === 0 && outside !== undefined) {
      const { item: marker, line: all, width: taken } = outside;
      const x = item.direction === 'ltr' ? left - MARKER_GAP - taken : left + width + MARKER_GAP;
      pen.line(marker, all, { left: x, width: taken, baseline, align: undefined });
    }
    pen.line(item, line, { left, width, baseline, align: block.align });
  }
  flow.space(look.after);
}

/** The marker of a list item that fits beside its text. */
function markerOutside(block: Block, { indent }: Look, { fonts, pen }: Pick<Tools, 'fonts' | 'pen'>) {
  const { type, marker, runs } = block;
  if (type !== 'listItem' || marker === undefined || runs.length === 0) return undefined;
  const item = itemize({ runs: [{ text: marker.text }] }, fonts, directionOf(block));
  const width = item.spans.reduce(
    (sum, span) => sum + pen.widthOf(item.text.slice(span.start, span.end), span.face),
    0,
  );
  if (width > indent - MARKER_GAP) return undefined;
  return { item, line: { start: 0, end: item.text.length, isLast: true }, width };
}

/** Any other stands in the text, at its beginning. */
function withMarker(block: Block): Block {
  const { marker, runs } = block;
  if (marker === undefined) return block;
  const [first] = runs;
  return {
    ...block,
    runs: [{ ...first, text: runs.length === 0 ? marker.text : `${marker.text} ` }, ...runs],
  };
}
