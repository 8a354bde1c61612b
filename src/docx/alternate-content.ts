import type { SaxesTagNS } from 'saxes';

const MICROSOFT = 'http://schemas.microsoft.com/office/';
const OPEN_XML = 'http://schemas.openxmlformats.org/';

/** Namespaces that a choice may require: we find the paragraphs in all of them. */
const UNDERSTOOD = new Set([
  ...['2006', '2010', '2012', '2018'].map((year) => `${MICROSOFT}word/${year}/wordml`),
  `${MICROSOFT}word/2015/wordml/symex`,
  `${MICROSOFT}word/2016/wordml/cid`,
  `${MICROSOFT}word/2018/wordml/cex`,
  `${MICROSOFT}word/2020/wordml/sdtdatahash`,
  `${MICROSOFT}word/2023/wordml/word16du`,
  `${MICROSOFT}word/2024/wordml/sdtformatlock`,
  ...['Shape', 'Group', 'Canvas', 'Drawing', 'Ink'].map(
    (kind) => `${MICROSOFT}word/2010/wordprocessing${kind}`,
  ),
  `${MICROSOFT}drawing/2010/main`,
  'urn:schemas-microsoft-com:vml',
  'urn:schemas-microsoft-com:office:office',
  'urn:schemas-microsoft-com:office:word',
  `${OPEN_XML}wordprocessingml/2006/main`,
  `${OPEN_XML}drawingml/2006/main`,
  `${OPEN_XML}drawingml/2006/picture`,
  `${OPEN_XML}drawingml/2006/wordprocessingDrawing`,
  `${OPEN_XML}officeDocument/2006/math`,
  `${OPEN_XML}officeDocument/2006/relationships`,
]);

type NamespaceOf = (prefix: string) => string | undefined;

/**
 * Chooses among alternate contents: the first choice whose namespaces are all understood, else the fallback (ISO
 * 29500-3, 9). The reader behind it sees no others, nor that there were any.
 */
export class AlternateContent {
  /** Those that are open, each within a form of the one before. */
  readonly #open: { isTaken: boolean }[] = [];
  /** How deep it is in a form that is not taken. */
  #skipped = 0;

  get isSkipping(): boolean {
    return this.#skipped > 0;
  }

  /** True: it is hidden from the reader of the text. */
  open(name: string, tag: SaxesTagNS, namespaceOf: NamespaceOf): boolean {
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return true;
    }
    if (name === 'mc:AlternateContent') {
      this.#open.push({ isTaken: false });
      return true;
    }
    const around = this.#open.at(-1);
    if (around === undefined || (name !== 'mc:Choice' && name !== 'mc:Fallback')) return false;
    if (around.isTaken || (name === 'mc:Choice' && !isUnderstood(tag, namespaceOf))) this.#skipped = 1;
    else around.isTaken = true;
    return true;
  }

  /** True: it was hidden from the reader of the text. */
  close(name: string): boolean {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return true;
    }
    if (name === 'mc:AlternateContent') return this.#open.pop() !== undefined;
    return this.#open.length > 0 && (name === 'mc:Choice' || name === 'mc:Fallback');
  }
}

function isUnderstood({ attributes, ns }: SaxesTagNS, namespaceOf: NamespaceOf): boolean {
  const prefixes = attributes['Requires']?.value.split(/\s+/).filter((prefix) => prefix !== '') ?? [];
  return prefixes.every((prefix) => UNDERSTOOD.has(ns[prefix] ?? namespaceOf(prefix) ?? ''));
}
