import { TextDecoder } from 'node:util';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { MAX_CHARACTERS } from '../library/blocks.js';
import type { FileRefusal } from '../library/file-refusal.js';
import { AlternateContent } from './alternate-content.js';
import { corrupt, tooComplex, type DocxPackage } from './package.js';

const MAX_DEPTH = 256;
const MAX_ATTRIBUTES = 1_000;
const MAX_VALUE_CHARACTERS = 1_000;
/** From one tag to the next, or within one: whatever stands there is held as a whole. */
const MAX_PIECE_CHARACTERS = MAX_CHARACTERS + 1_000_000;

/** Namespaces by the prefix they commonly have: Word writes the first of each, its strict form the second. */
const PREFIXES: Record<string, string> = {
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main': 'w:',
  'http://purl.oclc.org/ooxml/wordprocessingml/main': 'w:',
  'http://schemas.openxmlformats.org/officeDocument/2006/math': 'm:',
  'http://purl.oclc.org/ooxml/officeDocument/math': 'm:',
  'http://schemas.openxmlformats.org/markup-compatibility/2006': 'mc:',
  'http://purl.org/dc/elements/1.1/': 'dc:',
};

export interface Element {
  /** The name with its common prefix; elements of other namespaces have none. */
  name: string;
  /** An attribute by its local name; what is longer than any name or number is cut. */
  attribute(name: string): string | undefined;
}

export interface XmlHandler {
  open(element: Element): void;
  close?(name: string): void;
  text?(text: string): void;
}

/**
 * Throws what `refuse` makes at the first thing that is not well-formed. By overriding a method and not by a handler:
 * from the seventh handler on V8 keeps the parser's properties in a dictionary, and reading takes twice as long.
 */
class StrictParser extends SaxesParser<{ xmlns: true; position: false }> {
  constructor(private readonly refuse: () => FileRefusal) {
    super({ xmlns: true, position: false });
  }

  override fail(): never {
    throw this.refuse();
  }
}

/**
 * Reads a part from its first element to its last, without ever holding all of it. A DOCTYPE is refused, so there are
 * no entities. Of alternate contents only the chosen one is seen.
 *
 * @throws FileRefusal file_corrupt, file_too_complex
 */
export async function readXml(parts: DocxPackage, name: string, handler: XmlHandler): Promise<void> {
  const parser = new StrictParser(() => corrupt(`The part ${name} is not well-formed XML.`));
  const alternates = new AlternateContent();
  const namespaceOf = (prefix: string) => parser.resolve(prefix);
  let depth = 0;
  let attributes = 0;
  let pieceCharacters = 0;
  parser.on('doctype', () => {
    throw tooComplex('There is a DOCTYPE in the file, and no DOCX has one.');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES)
      throw tooComplex(`An element in ${name} has more than ${MAX_ATTRIBUTES} attributes.`);
  });
  parser.on('opentag', (tag) => {
    pieceCharacters = attributes = 0;
    depth += 1;
    if (depth > MAX_DEPTH) throw tooComplex(`The part ${name} is nested deeper than ${MAX_DEPTH} levels.`);
    const opened = nameOf(tag);
    if (!alternates.open(opened, tag, namespaceOf)) handler.open(elementOf(opened, tag));
  });
  parser.on('closetag', (tag) => {
    pieceCharacters = 0;
    depth -= 1;
    const closed = nameOf(tag);
    if (!alternates.close(closed)) handler.close?.(closed);
  });
  const take = (text: string) => (alternates.isSkipping ? undefined : handler.text?.(text));
  parser.on('text', take);
  parser.on('cdata', take);
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of parts.read(name)) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      const text = decoder.decode(chunk, { stream: true });
      pieceCharacters += text.length;
      if (pieceCharacters > MAX_PIECE_CHARACTERS)
        throw tooComplex(`A piece of ${name} is longer than is accepted here.`);
      parser.write(text);
    }
    parser.write(decoder?.decode() ?? '');
    parser.close();
  } catch (error) {
    const isNoText = (error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw isNoText ? corrupt(`The part ${name} is not text.`) : error;
  }
  if (depth !== 0) throw corrupt(`The part ${name} is cut off.`);
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function nameOf({ uri, local }: SaxesTagNS): string {
  return (PREFIXES[uri] ?? '') + local;
}

function elementOf(name: string, tag: SaxesTagNS): Element {
  return {
    name,
    attribute(wanted) {
      for (const key in tag.attributes)
        if (tag.attributes[key]!.local === wanted) return bounded(tag.attributes[key]!.value);
      return undefined;
    },
  };
}

/** A copy, because a slice would keep the whole text it was cut from. */
function bounded(value: string): string {
  return value.length <= MAX_VALUE_CHARACTERS
    ? value
    : Buffer.from(value.slice(0, MAX_VALUE_CHARACTERS)).toString();
}
