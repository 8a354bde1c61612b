import { appendRun, type Block, type Run } from '../library/blocks.js';

interface Row {
  cells: Block[][];
  deleted: boolean;
}

/**
 * Tables as text: a row whose cells have one paragraph each becomes one paragraph, with tabs between them. In any
 * other row the cells' paragraphs, lists and headings follow one another.
 */
export class TableRows {
  /** Rows that are open, each in a cell of the one before. */
  readonly #open: Row[] = [];

  constructor(private readonly out: (block: Block) => void) {}

  get depth(): number {
    return this.#open.length;
  }

  /** A block goes into the cell that is open, or out. */
  add(block: Block): void {
    const cell = this.#open.at(-1)?.cells.at(-1);
    if (cell === undefined) this.out(block);
    else cell.push(block);
  }

  openRow(): void {
    this.#open.push({ cells: [], deleted: false });
  }

  openCell(): void {
    this.#open.at(-1)?.cells.push([]);
  }

  /** A tracked change deleted the row that is open. */
  deleteRow(): void {
    const row = this.#open.at(-1);
    if (row !== undefined) row.deleted = true;
  }

  closeRow(): void {
    const row = this.#open.pop();
    if (row === undefined || row.deleted) return;
    const blocks = row.cells.flat();
    const isLine = row.cells.every((cell) => cell.length <= 1) && blocks.every(fitsInLine);
    if (isLine && blocks.length > 0 && row.cells.length > 1)
      this.add({ type: 'paragraph', runs: lineOf(row.cells) });
    else for (const block of blocks) this.add(block);
  }
}

/** Nothing but a number, as rows often begin with, is not a list of its own. */
function fitsInLine({ type, runs }: Block): boolean {
  return type === 'paragraph' || (type === 'listItem' && runs.length === 0);
}

function lineOf(cells: Block[][]): Run[] {
  const line: Run[] = [];
  for (const [index, [block]] of cells.entries()) {
    if (index > 0) appendRun(line, { text: '\t' });
    if (block?.marker !== undefined) appendRun(line, { text: block.marker.text });
    for (const run of block?.runs ?? []) appendRun(line, run);
  }
  return line;
}
