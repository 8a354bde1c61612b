import type PDFDocument from 'pdfkit';
import type { Fonts } from './fonts.js';
import type { Pen } from './pen.js';

/** Points: an inch. */
export const MARGIN = 72;
const PAGE_NUMBER_SIZE = 9;
/** Of a line's height, what is above its baseline. */
const ASCENT = 0.75;

/** Where on which page the text is. */
export class Flow {
  pages = 0;
  #y = 0;

  constructor(
    private readonly document: InstanceType<typeof PDFDocument>,
    private readonly pen: Pen,
    private readonly fonts: Fonts,
  ) {}

  get width(): number {
    return this.document.page.width - 2 * MARGIN;
  }

  newPage(): void {
    if (this.pages > 0) this.endPage();
    this.document.addPage();
    this.pages += 1;
    this.#y = MARGIN;
  }

  /** Numbers the page, below its text and after it for screen readers. */
  endPage(): void {
    const { size } = this.pen;
    this.pen.size = PAGE_NUMBER_SIZE;
    const { width, height } = this.document.page;
    const place = { centre: width / 2, baseline: height - MARGIN / 2 };
    this.pen.centred(String(this.pages), this.fonts.face(0, {}), place);
    this.pen.size = size;
  }

  /** Empty space; none at the top of a page. */
  space(height: number): void {
    if (this.#y > MARGIN) this.#y += height;
  }

  /** What follows needs so much of one page. */
  require(height: number): void {
    if (this.#y + height > this.#bottom && this.#y > MARGIN) this.newPage();
  }

  /** Room for a line; answers where its baseline is. */
  line(height: number): number {
    this.require(height);
    const baseline = this.#y + height * ASCENT;
    this.#y += height;
    return baseline;
  }

  get #bottom(): number {
    return this.document.page.height - MARGIN;
  }
}
