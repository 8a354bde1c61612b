import { appendRun, type Block, type Run } from '../library/blocks.js';
import type { ListCounters } from './list-counters.js';
import type { Properties } from './properties.js';
import type { RunFormat, StyleSheet } from './styles.js';
import { inSymbols } from './symbols.js';

/** An open run: its own properties and, once computed, its look. */
export interface OpenRun {
  properties: Properties;
  format?: RunFormat;
}

/** An open paragraph. */
export class Paragraph {
  readonly properties: Properties = {};
  /** A tracked change deleted its end: the next one goes on in it. */
  joinsNext = false;
  /** Its end is hidden, and all of it where the text is, too. */
  isEndHidden = false;

  /** Of text boxes in it, behind the first of its text. */
  readonly behind: Block[];
  readonly runs: Run[];

  /** @param before - one whose end was deleted */
  constructor(
    private readonly styles: StyleSheet,
    /** How many table rows it is in. */
    readonly depth: number,
    before?: Paragraph,
  ) {
    this.runs = before?.runs ?? [];
    this.behind = before?.behind ?? [];
  }

  get isEmpty(): boolean {
    return this.runs.every(({ text }) => text.trim() === '');
  }

  /** Of the style Title. */
  get isTitle(): boolean {
    return this.styles.paragraph(this.properties.style).name === 'title';
  }

  /** The look of a run in this paragraph. */
  formatOf(run: OpenRun): RunFormat {
    return (run.format ??= this.styles.run(this.styles.paragraph(this.properties.style), run.properties));
  }

  /** Appends text to the previous run if it looks the same. */
  append(text: string, run: OpenRun): void {
    const { bold, italic, underline, hidden, font } = this.formatOf(run);
    if (text === '' || hidden) return;
    const format = { ...(bold && { bold }), ...(italic && { italic }), ...(underline && { underline }) };
    appendRun(this.runs, { text: inSymbols(text, font), ...format });
  }

  /** Counts it in its list. Undefined: nothing of it can be seen, neither text nor number. */
  toBlock(counters: ListCounters): Block | undefined {
    const { isEmpty } = this;
    if (this.isEndHidden && isEmpty) return undefined;
    const style = this.styles.paragraph(this.properties.style);
    const { numId = style.numId ?? 0, listLevel, align = style.align ?? 'left' } = this.properties;
    const member = { numId, level: listLevel ?? style.listLevel, style: this.#listStyle(style.listedBy) };
    const marker = numId === 0 ? undefined : counters.next(member);
    const isBullet = marker?.formats.at(-1) === 'bullet';
    if (isEmpty && (marker === undefined || isBullet)) return undefined;
    return {
      ...this.#kind(style.outline, marker && { level: marker.numbers.length - 1, ordered: !isBullet }),
      ...(marker && { marker }),
      ...(align !== 'left' && { align }),
      runs: isEmpty ? [] : this.runs,
    };
  }

  /** A style whose level the list knows counts even where the paragraph itself says which list it is in. */
  #listStyle(listedBy: string | undefined): string | undefined {
    return this.properties.numId === undefined ? (listedBy ?? this.properties.style) : this.properties.style;
  }

  #kind(
    outline: number | undefined,
    item: Pick<Block, 'level' | 'ordered'> | undefined,
  ): Omit<Block, 'runs'> {
    const level = this.properties.outline ?? outline ?? 0;
    if (level > 0) return { type: 'heading', level };
    return item === undefined ? { type: 'paragraph' } : { type: 'listItem', ...item };
  }
}
