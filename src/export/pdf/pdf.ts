import PDFDocument from 'pdfkit';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { textOf, type Block } from '../../library/blocks.js';
import type { ExportJob } from '../export-job.js';
import { ListMarkers } from '../list-markers.js';
import type { Progress } from '../progress.js';
import { blocksOf } from '../stored-blocks.js';
import { Contents } from './contents.js';
import { Effort } from './effort.js';
import { Flow, MARGIN } from './flow.js';
import { Fonts } from './fonts.js';
import { itemize } from './itemize.js';
import { linesOf } from './lines.js';
import { Pen } from './pen.js';
import { lookOf } from './look.js';

/** The documents in one, each on a page of its own, with the headings as its table of contents. */
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
    const markers = new ListMarkers();
    flow.newPage();
    for (const block of await blocksOf(source)) {
      const page = flow.pages;
      setBlock(block, markers.next(block), { fonts, pen, flow, contents });
      progress.paragraphs(1);
      // What is finished goes on its way to the disk.
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

function setBlock(block: Block, marker: string | undefined, { fonts, pen, flow, contents }: Tools): void {
  const look = lookOf(block);
  const item = itemize(block, fonts);
  pen.size = look.size;
  const width = flow.width - look.indent;
  const lines = linesOf(item, width, (text, span) => pen.widthOf(text, span.face));
  flow.space(look.before);
  // A heading does not stay alone at the end of a page.
  flow.require(look.lineHeight * (block.type === 'heading' ? 4 : Math.min(2, lines.length)));
  if (block.type === 'heading') contents.add(textOf(block.runs), block.level ?? 1);
  for (const [index, line] of lines.entries()) {
    const baseline = flow.line(look.lineHeight);
    const left = item.direction === 'ltr' ? MARGIN + look.indent : MARGIN;
    if (index === 0 && marker !== undefined) {
      pen.marker(marker, fonts.face(fonts.familyOf(marker.codePointAt(0)!, 0), {}), {
        direction: item.direction,
        edge: item.direction === 'ltr' ? left : left + width,
        baseline,
      });
    }
    pen.line(item, line, { left, width, baseline, align: block.align });
  }
  flow.space(look.after);
}
