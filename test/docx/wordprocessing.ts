import { documentOf, docxParts, relationships, type ZipEntry } from './zip.js';

interface MoreParts {
  styles?: string;
  numbering?: string;
  footnotes?: string;
  endnotes?: string;
}

export type Construction = [what: string, parts: ZipEntry[], lines: string[]];

/** A DOCX's parts around what is in its body, its styles and so on. */
export function parts(body: string, more: MoreParts = {}): ZipEntry[] {
  const kinds = Object.keys(more) as (keyof MoreParts)[];
  return [
    ...docxParts(documentOf(body)),
    { name: 'word/_rels/document.xml.rels', data: relationships(kinds.map((kind) => [kind, `${kind}.xml`])) },
    ...kinds.map((kind) => ({ name: `word/${kind}.xml`, data: documentOf(more[kind]!) })),
  ];
}

export const r = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
export const p = (runs: string, properties = '') => `<w:p><w:pPr>${properties}</w:pPr>${runs}</w:p>`;
export const styled = (style: string, text: string, properties = '') =>
  p(r(text), `<w:pStyle w:val="${style}"/>${properties}`);
export const style = (id: string, inside: string, type = 'paragraph') =>
  `<w:style w:type="${type}" w:styleId="${id}">${inside}</w:style>`;
export const based = (on: string) => `<w:basedOn w:val="${on}"/>`;
export const inList = (numId: number, level: number) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`;
export const level = (number: number, format: string, more = '', start = 1) =>
  `<w:lvl w:ilvl="${number}"><w:start w:val="${start}"/><w:numFmt w:val="${format}"/>${more}</w:lvl>`;
export const abstract = (id: number, inside: string) =>
  `<w:abstractNum w:abstractNumId="${id}">${inside}</w:abstractNum>`;
export const num = (id: number, of: number, more = '') =>
  `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${more}</w:num>`;
export const cell = (inside: string) => `<w:tc><w:tcPr/>${inside}</w:tc>`;
export const row = (cells: string, properties = '') => `<w:tr><w:trPr>${properties}</w:trPr>${cells}</w:tr>`;
export const bold = '<w:rPr><w:b/></w:rPr>';
