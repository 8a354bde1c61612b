import type PDFDocument from 'pdfkit';

type Outline = InstanceType<typeof PDFDocument>['outline'];

const MAX_CHARACTERS = 200;

/** The table of contents that a reader shows beside the pages: headings, each under the last one above it. */
export class Contents {
  readonly #path: { level: number; item: Outline }[];

  constructor(document: InstanceType<typeof PDFDocument>) {
    this.#path = [{ level: 0, item: document.outline }];
  }

  /** Points to the page that is open. */
  add(text: string, level: number): void {
    const title = text.replace(/\s+/g, ' ').trim().slice(0, MAX_CHARACTERS).toWellFormed();
    while (this.#path.length > 1 && this.#path.at(-1)!.level >= level) this.#path.pop();
    this.#path.push({ level, item: this.#path.at(-1)!.item.addItem(title) });
  }
}
