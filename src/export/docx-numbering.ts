import type { DocxLists, Instance } from './docx-lists.js';
import { xmlText } from './xml-text.js';

/** Twentieths of a point, as Word counts. */
const INDENT = 360;
const NAMESPACES = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
  'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"',
  'mc:Ignorable="w14"',
].join(' ');

type Definition = DocxLists['definitions'][number];

/** The part `word/numbering.xml`: the library writes no list that starts elsewhere than its definition says. */
export function numberingXml({ definitions, instances }: DocxLists, numIds: number[]): string {
  const nums = instances.map((instance, index) => numOf(instance, numIds[index]!));
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:numbering ${NAMESPACES}>${[
    ...definitions.map(abstractNumOf),
    ...nums,
  ].join('')}</w:numbering>`;
}

function abstractNumOf({ id, levels }: Definition): string {
  return `<w:abstractNum w:abstractNumId="${id}"><w:multiLevelType w:val="multilevel"/>${levels.map(levelOf).join('')}</w:abstractNum>`;
}

function levelOf(
  { start, format, pattern, legal, isHeading }: Definition['levels'][number],
  level: number,
): string {
  const text = pattern ?? `%${level + 1}.`;
  // Headings begin at the margin.
  const place = isHeading
    ? { suffix: '<w:suff w:val="space"/>', indent: '<w:ind w:left="0" w:firstLine="0"/>' }
    : { suffix: '', indent: `<w:ind w:left="${INDENT * (level + 1)}" w:hanging="${INDENT}"/>` };
  return (
    `<w:lvl w:ilvl="${level}"><w:start w:val="${start}"/>${formatOf(format)}${legal ? '<w:isLgl/>' : ''}${place.suffix}` +
    `<w:lvlText w:val="${attribute(text)}"/><w:lvlJc w:val="start"/><w:pPr>${place.indent}</w:pPr></w:lvl>`
  );
}

function formatOf(format: string): string {
  const custom = /^custom (.*)$/.exec(format)?.[1];
  if (custom === undefined) return `<w:numFmt w:val="${attribute(format)}"/>`;
  return (
    `<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="${attribute(custom)}"/></mc:Choice>` +
    '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
  );
}

function numOf({ definition, restart }: Instance, numId: number): string {
  const override =
    restart === undefined
      ? ''
      : `<w:lvlOverride w:ilvl="${restart.level}"><w:startOverride w:val="${restart.at}"/></w:lvlOverride>`;
  return `<w:num w:numId="${numId}"><w:abstractNumId w:val="${definition.id}"/>${override}</w:num>`;
}

function attribute(text: string): string {
  const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\n': ' ', '\t': ' ' };
  return xmlText(text).replace(/[&<"\n\t]/g, (sign) => escapes[sign]!);
}
