import { appendRun, type Block, type Run } from '../library/blocks.js';
import type { Numbering } from './numbering.js';
import type { Properties } from './properties.js';
import type { RunFormat, StyleSheet } from './styles.js';

/** A run that is open: what it says of itself, and what it looks like once that was asked. */
export interface OpenRun {
  properties: Properties;
  format?: RunFormat;
}

/** A paragraph that is open. */
export class Paragraph {
  readonly properties: Properties = {};
  /** A tracked change deleted its end: the next one goes on in it. */
  joinsNext = false;

  constructor(
    private readonly styles: StyleSheet,
    private readonly numbering: Numbering,
    readonly runs: Run[],
  ) {}

  get isEmpty(): boolean {
    return this.runs.every(({ text }) => text.trim() === '');
  }

  /** Of the style Title. */
  get isTitle(): boolean {
    return this.styles.paragraph(this.properties.style).name === 'title';
  }

  /** Text goes on in the run before if it looks the same. */
  append(text: string, run: OpenRun): void {
    if (text === '') return;
    run.format ??= this.styles.run(this.styles.paragraph(this.properties.style), run.properties);
    const { bold, italic, underline } = run.format;
    const format = { ...(bold && { bold }), ...(italic && { italic }), ...(underline && { underline }) };
    appendRun(this.runs, { text, ...format });
  }

  toBlock(): Block {
    const style = this.styles.paragraph(this.properties.style);
    const align = this.properties.align ?? style.align ?? 'left';
    return { ...this.#kind(style), ...(align !== 'left' && { align }), runs: this.runs };
  }

  #kind(style: Properties): Omit<Block, 'runs'> {
    const own = this.properties;
    const level = own.outline ?? style.outline ?? 0;
    if (level > 0) return { type: 'heading', level };
    const numId = own.numId ?? style.numId ?? 0;
    const wanted = own.listLevel ?? style.listLevel;
    const list = numId === 0 ? undefined : this.numbering.list(numId, wanted, own.style);
    return list === undefined ? { type: 'paragraph' } : { type: 'listItem', ...list };
  }
}
