import type { Element } from './xml.js';

export type Alignment = 'left' | 'center' | 'right' | 'justify';

type Switch =
  'bold' | 'italic' | 'boldComplex' | 'italicComplex' | 'rightToLeft' | 'complexScript' | 'hidden';

/** The properties of a run, a paragraph or a style; undefined: not given. */
export interface Properties extends Partial<Record<Switch, boolean>> {
  style?: string;
  underline?: boolean;
  font?: string;
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
/** Of lists, which have nine. */
export const MAX_LEVEL = 8;

/** Elements that act as switches. */
const SWITCHES: Record<string, Switch> = {
  'w:b': 'bold',
  'w:i': 'italic',
  'w:bCs': 'boldComplex',
  'w:iCs': 'italicComplex',
  'w:rtl': 'rightToLeft',
  'w:cs': 'complexScript',
  'w:vanish': 'hidden',
};

/** Records one element inside w:rPr, w:pPr or w:numPr, if we keep its property. */
export function noteProperty(properties: Properties, element: Element): void {
  const value = element.attribute('val');
  const switched = SWITCHES[element.name];
  if (switched !== undefined) properties[switched] = !isOff(element);
  switch (element.name) {
    case 'w:rStyle':
    case 'w:pStyle':
      properties.style = value;
      break;
    case 'w:rFonts':
      properties.font = element.attribute('ascii') ?? properties.font;
      break;
    case 'w:u':
      properties.underline = value !== undefined && value !== 'none';
      break;
    case 'w:jc':
      properties.align = ALIGNMENTS[value ?? ''] ?? 'left';
      break;
    case 'w:outlineLvl':
      properties.outline = (wholeNumber(value) ?? BODY_TEXT) >= BODY_TEXT ? 0 : wholeNumber(value)! + 1;
      break;
    case 'w:numId':
      properties.numId = wholeNumber(value) ?? 0;
      break;
    case 'w:ilvl':
      properties.listLevel = Math.min(wholeNumber(value) ?? 0, MAX_LEVEL);
  }
}

/** It is there to say that something is not. */
export function isOff(element: Element): boolean {
  return OFF.includes(element.attribute('val') ?? '');
}

export function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
