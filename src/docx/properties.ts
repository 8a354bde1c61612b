import type { Element } from './xml.js';

export type Alignment = 'left' | 'center' | 'right' | 'justify';

/** What a run, a paragraph or a style says of itself; undefined is what it does not say. */
export interface Properties {
  style?: string;
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  align?: Alignment;
  /** 1 … 9; 0 is body text. */
  outline?: number;
  /** 0: in no list. */
  numId?: number;
  listLevel?: number;
}

const ALIGNMENTS: Record<string, Alignment> = {
  left: 'left',
  start: 'left',
  center: 'center',
  right: 'right',
  end: 'right',
  both: 'justify',
  distribute: 'justify',
};
const BODY_TEXT = 9;
const OFF = ['0', 'false', 'off'];

/** Notes what one element inside w:rPr, w:pPr or w:numPr says; false when it says nothing that is kept. */
export function noteProperty(properties: Properties, element: Element): boolean {
  const value = element.attribute('val');
  switch (element.name) {
    case 'w:rStyle':
    case 'w:pStyle':
      properties.style = value;
      return true;
    case 'w:b':
      properties.bold = !OFF.includes(value ?? '');
      return true;
    case 'w:i':
      properties.italic = !OFF.includes(value ?? '');
      return true;
    case 'w:u':
      properties.underline = value !== undefined && value !== 'none';
      return true;
    case 'w:jc':
      properties.align = ALIGNMENTS[value ?? ''] ?? 'left';
      return true;
    case 'w:outlineLvl':
      properties.outline = (wholeNumber(value) ?? BODY_TEXT) >= BODY_TEXT ? 0 : wholeNumber(value)! + 1;
      return true;
    case 'w:numId':
      properties.numId = wholeNumber(value) ?? 0;
      return true;
    case 'w:ilvl':
      properties.listLevel = Math.min(wholeNumber(value) ?? 0, 8);
      return true;
    default:
      return false;
  }
}

export function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
