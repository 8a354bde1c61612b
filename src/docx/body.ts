import { MAX_PARAGRAPHS, textOf, type Block } from '../library/blocks.js';
import { Fields } from './fields.js';
import type { ListCounters } from './list-counters.js';
import { tooComplex, unsupported } from './package.js';
import { Paragraph, type OpenRun } from './paragraph.js';
import { isOff, noteProperty } from './properties.js';
import type { StyleSheet } from './styles.js';
import { symbolOf } from './symbols.js';
import { TableRows } from './table-rows.js';
import { TextBudget } from './text-budget.js';
import type { Element, XmlHandler } from './xml.js';

export interface NoteReference {
  kind: 'footnotes' | 'endnotes';
  id: string;
}

export const MAX_NOTES = 100_000;

/** What is not part of the text: deleted or moved away, what changed properties were before, the reading of a word. */
const SKIPPED = /^(w:del|w:moveFrom|w:.*Change|w:rt)$/;

/** Elements that stand for a character. */
const CHARACTERS: Record<string, string> = {
  'w:tab': '\t',
  'w:ptab': '\t',
  'w:br': '\n',
  'w:cr': '\n',
  'w:noBreakHyphen': '\u2011',
  'w:softHyphen': '\u00ad',
};

const EMBEDS_A_FILE =
  'The document has another file in it (an altChunk), whose text is not part of it yet. ' +
  'Open it in a word processor and save it again, which makes it one.';

interface Surroundings {
  styles: StyleSheet;
  counters: ListCounters;
  /** Numbers of fields that never end. */
  unended?: ReadonlySet<number>;
  out: (block: Block) => void;
}

/** Reads the text of a document or of its notes, paragraph by paragraph, with all tracked changes accepted. */
export class Body implements XmlHandler {
  /** Notes, in the order in which the text refers to them. */
  readonly notes: NoteReference[] = [];
  /** What stands in the style Title, first. */
  title: string | undefined;
  hasPictures = false;
  fields: Fields;
  readonly #budget = new TextBudget();
  #paragraphs = 0;
  #skipped = 0;
  readonly #path: string[] = [];
  /** Open ones; one within another is in a text box. */
  readonly #open: Paragraph[] = [];
  readonly #runs: OpenRun[] = [];
  readonly #rows: TableRows;
  #text: { value: string; isTrimmed: boolean } | undefined;
  /** The paragraph whose end was deleted. */
  #unfinished: Paragraph | undefined;

  constructor(private readonly around: Surroundings) {
    this.#rows = new TableRows(around.out);
    this.fields = new Fields(around.unended ?? new Set());
  }

  open(element: Element): void {
    const { name } = element;
    const parent = this.#path.at(-1);
    this.#path.push(name);
    if (this.#skipped > 0 || SKIPPED.test(name)) {
      if (this.#skipped === 0 && name === 'w:del') this.#noteDeletion(parent);
      this.#skipped += 1;
      return;
    }
    switch (name) {
      case 'w:p':
        return this.#openParagraph();
      case 'w:r':
      case 'm:r':
        this.#runs.push({ properties: {} });
        return;
      case 'w:t':
      case 'm:t':
        this.#text = { value: '', isTrimmed: element.attribute('space') !== 'preserve' };
        return;
      case 'w:tr':
        return this.#rows.openRow();
      case 'w:tc':
        return this.#rows.openCell();
      case 'w:footnoteReference':
      case 'w:endnoteReference':
        return this.#refer(
          name === 'w:footnoteReference' ? 'footnotes' : 'endnotes',
          element.attribute('id'),
        );
      case 'w:footnote':
      case 'w:endnote':
        this.fields = new Fields(new Set());
        return;
      case 'w:fldChar':
        return this.fields.mark(element.attribute('fldCharType'));
      case 'w:drawing':
      case 'w:pict':
      case 'w:object':
        this.hasPictures = true;
        return;
      case 'w:sym':
        return this.#appendSymbol(element);
      case 'w:altChunk':
        throw unsupported(EMBEDS_A_FILE);
      default:
        if (parent === 'w:r' && name in CHARACTERS) this.#append(CHARACTERS[name]!);
        else this.#noteProperty(element, parent);
    }
  }

  close(name: string): void {
    this.#path.pop();
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    switch (name) {
      case 'w:p':
        return this.#closeParagraph();
      case 'w:r':
      case 'm:r':
        this.#runs.pop();
        return;
      case 'w:t':
      case 'm:t':
        return this.#closeText();
      case 'w:tr':
        return this.#rows.closeRow();
      case 'w:tc':
      case 'w:body':
        // Nothing comes here that it could go on in.
        if (this.#unfinished !== undefined) this.#add(this.#unfinished);
        this.#unfinished = undefined;
    }
  }

  text(text: string): void {
    if (this.#text !== undefined && this.#skipped === 0) this.#text.value += text;
  }

  #closeText(): void {
    const { value = '', isTrimmed = false } = this.#text ?? {};
    this.#text = undefined;
    const text = isTrimmed ? trimmed(value) : value;
    // A line of the text ends where an element says so; one of the file is white space.
    this.#append(text.replace(/\r\n?|\n/g, ' '));
  }

  #openParagraph(): void {
    this.#paragraphs += 1;
    if (this.#paragraphs > MAX_PARAGRAPHS)
      throw tooComplex(`There are more than ${MAX_PARAGRAPHS} paragraphs.`);
    this.#open.push(new Paragraph(this.around.styles, this.#rows.depth, this.#unfinished));
    this.#unfinished = undefined;
  }

  #closeParagraph(): void {
    const paragraph = this.#open.pop();
    if (paragraph?.joinsNext) this.#unfinished = paragraph;
    else if (paragraph !== undefined) this.#add(paragraph);
  }

  #add(paragraph: Paragraph): void {
    const block = paragraph.toBlock(this.around.counters);
    for (const one of block === undefined ? paragraph.behind : [block, ...paragraph.behind]) this.#put(one);
    if (block !== undefined && paragraph.isTitle && !paragraph.isEmpty) this.title ??= textOf(block.runs);
  }

  /** What is in a text box stands behind the paragraph that has the box, unless that begins with it. */
  #put(block: Block): void {
    const around =
      this.#open.length === 0
        ? undefined
        : this.#open.find(({ isEmpty, depth }) => !isEmpty && depth === this.#rows.depth);
    if (around === undefined) this.#rows.add(block);
    else around.behind.push(block);
  }

  /** Text outside a run, which only formulas and faulty files have, is plain. */
  #append(text: string): void {
    if (this.fields.isInstruction) return;
    const paragraph = this.#open.at(-1);
    if (paragraph === undefined) return;
    const before = paragraph.runs.length;
    paragraph.append(text, this.#run);
    this.#budget.spend(text.length, paragraph.runs.length - before);
  }

  #appendSymbol(element: Element): void {
    const code = Number.parseInt(element.attribute('char') ?? '', 16);
    if (code > 0 && code <= 0xffff) this.#append(symbolOf(code, element.attribute('font')));
  }

  get #run(): OpenRun {
    return this.#runs.at(-1) ?? { properties: {} };
  }

  #noteProperty(element: Element, parent: string | undefined): void {
    const [owner, ownersOwner] = [this.#path.at(-3), this.#path.at(-4)];
    if (parent === 'w:rPr' && owner === 'w:r') {
      const run = this.#runs.at(-1);
      if (run !== undefined) noteProperty(run.properties, element);
    } else if (
      (parent === 'w:pPr' && owner === 'w:p') ||
      (parent === 'w:numPr' && owner === 'w:pPr' && ownersOwner === 'w:p')
    ) {
      const paragraph = this.#open.at(-1);
      if (paragraph !== undefined) noteProperty(paragraph.properties, element);
    } else if (parent === 'w:rPr' && owner === 'w:pPr' && element.name === 'w:vanish') {
      const paragraph = this.#open.at(-1);
      if (paragraph !== undefined) paragraph.isEndHidden = !isOff(element);
    }
  }

  /** `w:del` around runs deletes them; among the properties of a paragraph's end or a row it deletes those. */
  #noteDeletion(parent: string | undefined): void {
    const paragraph = this.#open.at(-1);
    if (parent === 'w:rPr' && this.#path.at(-3) === 'w:pPr' && paragraph !== undefined)
      paragraph.joinsNext = true;
    if (parent === 'w:trPr') this.#rows.deleteRow();
  }

  /** To a note that can be seen. */
  #refer(kind: NoteReference['kind'], id: string | undefined): void {
    if (this.fields.isInstruction || this.#open.at(-1)?.formatOf(this.#run).hidden) return;
    if (this.notes.length === MAX_NOTES) throw tooComplex(`There are more than ${MAX_NOTES} notes.`);
    this.notes.push({ kind, id: id ?? '' });
    this.#append(`[${this.notes.length}]`);
  }
}

/** Trims XML's white space. Not by a regular expression, which would retry at every space. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isXmlSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isXmlSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isXmlSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
