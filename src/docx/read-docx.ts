import type { FileRefusal } from '../library/file-refusal.js';
import { appendRun, type Block, type Run } from '../library/blocks.js';
import type { Heading } from '../library/document.entity.js';
import { Body, MAX_NOTES, type NoteReference } from './body.js';
import { ListCounters } from './list-counters.js';
import { Numbering } from './numbering.js';
import { DocxPackage, corrupt, tooComplex, unsupported } from './package.js';
import { findParts, type DocumentParts } from './parts.js';
import { StyleSheet } from './styles.js';
import { MAX_TITLE_SOURCE, TextBlocks, asTitle } from './text-blocks.js';
import { readXml } from './xml.js';

export interface ReadDocx {
  title: string;
  characters: number;
  words: number;
  paragraphs: number;
  headings: Heading[];
  /** Block[] as JSON in UTF-8. */
  blocks: Uint8Array<ArrayBuffer>;
}

/**
 * The text of a DOCX with its formatting; notes follow at its end, numbered as the text refers to them.
 *
 * @throws FileRefusal unsupported_file_type, file_corrupt, file_too_complex
 */
export async function readDocx(source: string | number): Promise<ReadDocx> {
  const file = await DocxPackage.open(source);
  try {
    const parts = await findParts(file);
    const styles = await StyleSheet.read(file, parts.styles);
    const numbering = new Numbering(styles);
    if (parts.numbering !== undefined) await numbering.read(file, parts.numbering);
    const source = { file, parts, styles, numbering };
    let { text, body } = await readText(source);
    // Somebody forgot the end of a field: what is behind its beginning is not an instruction.
    if (body.fields.hiding.length > 0) ({ text, body } = await readText(source, body.fields.hiding));
    if (text.firstText === undefined) throw withoutText(body);
    const title =
      (body.title && asTitle(body.title)) ??
      (await titleOf(file, parts)) ??
      text.headings[0]?.text ??
      text.firstText;
    const { characters, words, paragraphs, headings } = text;
    return { title, characters, words, paragraphs, headings, blocks: text.toJson() };
  } finally {
    file.close();
  }
}

interface Source {
  file: DocxPackage;
  parts: DocumentParts;
  styles: StyleSheet;
  numbering: Numbering;
}

async function readText(source: Source, unended: number[] = []): Promise<{ text: TextBlocks; body: Body }> {
  const { file, parts, styles, numbering } = source;
  const text = new TextBlocks();
  const counters = new ListCounters(numbering);
  const out = (block: Block) => text.add(block);
  const body = new Body({ styles, counters, unended: new Set(unended), out });
  await readXml(file, parts.main, body);
  for (const block of await notesOf(source, body.notes, counters)) text.add(block);
  return { text, body };
}

function withoutText({ hasPictures }: Body): FileRefusal {
  return hasPictures
    ? unsupported('The document has only pictures, and no text.')
    : corrupt('There is no text in the document.');
}

/** The notes that the text refers to, each with its number before it. */
async function notesOf(
  { file, parts, styles }: Source,
  references: NoteReference[],
  counters: ListCounters,
): Promise<Iterable<Block>> {
  const notes = new Map<string, Block[]>();
  for (const kind of ['footnotes', 'endnotes'] as const) {
    const name = parts[kind];
    if (name === undefined || !references.some((reference) => reference.kind === kind)) continue;
    let current: Block[] = [];
    const body = new Body({ styles, counters, out: (block) => current.push(block) });
    await readXml(file, name, {
      open(element) {
        if (element.name === 'w:footnote' || element.name === 'w:endnote') {
          notes.set(`${kind} ${element.attribute('id')}`, (current = []));
          if (notes.size > MAX_NOTES) throw tooComplex(`There are more than ${MAX_NOTES} notes.`);
        }
        body.open(element);
      },
      close: (closed) => body.close(closed),
      text: (text) => body.text(text),
    });
  }
  return inTurn(references, notes);
}

/** One by one: thousands of references to one long note are more than fits into memory. */
function* inTurn(references: NoteReference[], notes: Map<string, Block[]>): Generator<Block> {
  for (const [index, { kind, id }] of references.entries()) {
    const [first, ...more] = notes.get(`${kind} ${id}`) ?? [];
    if (first === undefined) continue;
    yield numbered(first, index + 1);
    yield* more;
  }
}

function numbered(block: Block, number: number): Block {
  const [first, ...more] = block.runs;
  const runs: Run[] = [{ text: `[${number}] ` }];
  if (first !== undefined) appendRun(runs, { ...first, text: first.text.trimStart() });
  for (const run of more) appendRun(runs, run);
  return { ...block, runs };
}

/** The title in the file's properties, if anybody gave it one. */
async function titleOf(file: DocxPackage, { coreProperties }: DocumentParts): Promise<string | undefined> {
  if (coreProperties === undefined) return undefined;
  let title = '';
  let isTitle = false;
  await readXml(file, coreProperties, {
    open: ({ name }) => (isTitle = name === 'dc:title'),
    close: () => (isTitle = false),
    text: (text) => (title += isTitle ? text.slice(0, MAX_TITLE_SOURCE - title.length) : ''),
  });
  return asTitle(title) || undefined;
}
