import { create, type Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type PDFDocument from 'pdfkit';
import { FileRefusal } from '../../library/file-refusal.js';
import type { Run } from '../../library/blocks.js';
import { scriptWithoutFont } from './scripts.js';
import { keepText } from './text-layer.js';

/** Every sign in the first family that has it. Where one has no bold or italic face, they are made of the regular. */
const FAMILIES: { name: string; faces: string[]; only?: RegExp }[] = [
  { name: 'NotoSerif', faces: ['Regular', 'Bold', 'Italic', 'BoldItalic'] },
  { name: 'NotoSerifHebrew', faces: ['Regular', 'Bold'] },
  { name: 'NotoNaskhArabic', faces: ['Regular', 'Bold'] },
  { name: 'NotoSerifDevanagari', faces: ['Regular'] },
  { name: 'NotoSerifThai', faces: ['Regular'] },
  { name: 'NotoSerifBengali', faces: ['Regular'] },
  { name: 'NotoSerifTamil', faces: ['Regular'] },
  { name: 'NotoSerifKhmer', faces: ['Regular'] },
  { name: 'NotoSerifEthiopic', faces: ['Regular'] },
  { name: 'DejaVuSans', faces: [''] },
  { name: 'NanumMyeongjo', faces: [''], only: /\p{Script=Hangul}/u },
  { name: 'DroidSansFallbackFull', faces: [''] },
];
const FOLDER = join(import.meta.dirname, '../fonts');
/** Read at once: the process that typesets may open no file once it has begun. */
const FILES = new Map(
  FAMILIES.flatMap(({ name, faces }) => faces.map((face) => (face === '' ? name : `${name}-${face}`))).map(
    (name) => [name, readFileSync(join(FOLDER, `${name}.ttf`))],
  ),
);

/** What goes on in whatever family stands before it: spaces, marks, joiners. */
const DEPENDENT = /^[\s\p{M}\u200c\u200d]$/u;
/** From right to left, signs between the words, too: programs lose a space where the font changes. */
const DEPENDENT_RIGHT_TO_LEFT = /^[\s\p{M}\p{P}\p{S}\u200c\u200d]$/u;

/** A family's font for a style, and what of the style it has to be given by other means. */
export interface Face {
  font: string;
  family: number;
  fakeBold: boolean;
  fakeItalic: boolean;
}

type Style = Pick<Run, 'bold' | 'italic'>;

/** The fonts of one document, loaded when they are first needed. */
export class Fonts {
  readonly #loaded = new Map<string, Font>();
  readonly #familyOf = new Map<number, number>();

  constructor(private readonly document: InstanceType<typeof PDFDocument>) {}

  /**
   * The family for a sign that stands behind one of `before`.
   *
   * @throws FileRefusal file_too_complex for a script that none of them has
   */
  familyOf(codePoint: number, before: number, isRightToLeft: boolean): number {
    const dependent = isRightToLeft ? DEPENDENT_RIGHT_TO_LEFT : DEPENDENT;
    if (before !== 0 && dependent.test(String.fromCodePoint(codePoint)) && this.#has(before, codePoint)) {
      return before;
    }
    let family = this.#familyOf.get(codePoint);
    if (family === undefined) {
      family = FAMILIES.findIndex((_, index) => this.#has(index, codePoint));
      if (family === -1) family = emptyBox(codePoint);
      this.#familyOf.set(codePoint, family);
    }
    return family;
  }

  face(family: number, { bold, italic }: Style): Face {
    const { name, faces } = FAMILIES[family]!;
    const wanted = `${bold ? 'Bold' : ''}${italic ? 'Italic' : ''}` || 'Regular';
    const face = [wanted, bold ? 'Bold' : '', faces[0]!].find((one) => faces.includes(one))!;
    const font = face === '' ? name : `${name}-${face}`;
    this.#load(font);
    return {
      font,
      family,
      fakeBold: bold === true && !face.includes('Bold'),
      fakeItalic: italic === true && !face.includes('Italic'),
    };
  }

  #has(family: number, codePoint: number): boolean {
    const { only } = FAMILIES[family]!;
    if (only !== undefined && !only.test(String.fromCodePoint(codePoint))) return false;
    return this.#load(this.face(family, {}).font).hasGlyphForCodePoint(codePoint);
  }

  #load(name: string): Font {
    let font = this.#loaded.get(name);
    if (font === undefined) {
      font = create(FILES.get(name)!) as Font;
      keepText(font);
      this.#loaded.set(name, font);
      // PDFKit takes a font of fontkit as well as the bytes of one, and its types do not know.
      this.document.registerFont(name, font as unknown as Buffer);
    }
    return font;
  }
}

/** In the first family. Nobody pays for pages of them. */
function emptyBox(codePoint: number): number {
  const script = scriptWithoutFont(String.fromCodePoint(codePoint));
  if (script === undefined) return 0;
  throw new FileRefusal(
    'file_too_complex',
    `A PDF cannot be set in ${script} here, for want of a font. DOCX, TXT and JSON can have it.`,
  );
}
