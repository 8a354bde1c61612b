import bidiFactory from 'bidi-js';
import type { Font, Glyph } from 'fontkit';

/** Its types speak of a default export that its CommonJS has not. */
export const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();

/** Given as the features of a text, it is laid out from right to left, its brackets turned. */
export const FROM_RIGHT_TO_LEFT: PDFKit.Mixins.OpenTypeFeatures[] = [];

/** Ids from here on stand for uses of the font's glyphs: a font has no more than these. */
const FIRST_USE = 0x10000;

type Drawn = Pick<Glyph, 'id' | 'codePoints' | 'advanceWidth'>;

/**
 * Makes a font's glyphs say what they stand for, so that a text copied or searched is the text that was set. PDFKit
 * gives each glyph the signs of its first use; but a bracket that is turned stands for the other one, two letters may
 * look alike, and signs of Indic scripts stand in another order than they are read in. So a glyph that stands for
 * something new gets another number.
 */
export function keepText(font: Font): void {
  const uses = new Uses();
  const layout = font.layout.bind(font);
  font.layout = (text, features) => {
    const isTurned = features === FROM_RIGHT_TO_LEFT;
    const run = layout(
      isTurned ? turned(text) : text,
      features,
      undefined,
      undefined,
      isTurned ? 'rtl' : 'ltr',
    );
    const texts = isTurned
      ? run.glyphs.map(({ codePoints }) => codePoints.map(mirrored))
      : inOrder(run.glyphs, text);
    run.glyphs = run.glyphs.map((glyph, index) => uses.of(glyph, texts[index]!)) as Glyph[];
    return run;
  };
  const createSubset = font.createSubset.bind(font);
  font.createSubset = () =>
    uses.numberIn(createSubset() as unknown as Subset) as unknown as ReturnType<typeof createSubset>;
}

/** What of fontkit's subsets PDFKit uses, and these are made of. */
interface Subset {
  glyphs: number[];
  mapping: Record<number, number>;
  includeGlyph(glyph: number | { id: number }): number;
}

/** Glyphs by what they stand for. */
class Uses {
  /** By glyph: the text of its first use. The empty box is given none by PDFKit, and stands for many. */
  readonly #first = new Map([[0, '\0']]);
  readonly #ids = new Map<string, number>();
  readonly #glyphs: number[] = [];

  of(glyph: Drawn, codePoints: number[]): Drawn {
    const { id, advanceWidth } = glyph;
    const text = String.fromCodePoint(...codePoints);
    const first = this.#first.get(id);
    if (first === undefined) this.#first.set(id, text);
    if (first === undefined || first === text) return { id, advanceWidth, codePoints };
    const key = `${id} ${text}`;
    let use = this.#ids.get(key);
    if (use === undefined) this.#ids.set(key, (use = FIRST_USE + this.#glyphs.push(id) - 1));
    return { id: use, advanceWidth, codePoints };
  }

  numberIn(subset: Subset): Subset {
    const include = subset.includeGlyph.bind(subset);
    subset.includeGlyph = (glyph) => {
      const id = typeof glyph === 'object' ? glyph.id : glyph;
      if (id < FIRST_USE) return include(id);
      return (subset.mapping[id] ??= subset.glyphs.push(this.#glyphs[id - FIRST_USE]!) - 1);
    };
    return subset;
  }
}

function turned(text: string): string {
  return Array.from(text, (sign) => bidi.getMirroredCharacter(sign) ?? sign).join('');
}

function mirrored(codePoint: number): number {
  return bidi.getMirroredCharacter(String.fromCodePoint(codePoint))?.codePointAt(0) ?? codePoint;
}

/** Of a glyph that stands for nothing of its own: some programs would show its number instead. */
const NOTHING = 0x200b;

/**
 * The signs of a text, glyph by glyph, in the order in which they are read. Where glyphs stand in another, those up
 * to the place where both have had the same signs share them out one by one.
 */
function inOrder(glyphs: readonly Drawn[], text: string): number[][] {
  const natural = glyphs.map(({ codePoints }) => codePoints);
  if (natural.every(({ length }) => length > 0) && String.fromCodePoint(...natural.flat()) === text)
    return natural;
  const read = signsOf(text);
  const balance = new Balance();
  const shared: number[][] = [];
  let [at, from] = [0, 0];
  for (const [index, codePoints] of natural.entries()) {
    const drawn = signsOf(String.fromCodePoint(...codePoints));
    balance.weigh(drawn, read.slice(at, at + drawn.length));
    at = Math.min(read.length, at + drawn.length);
    const isLast = index === natural.length - 1;
    if (!isLast && (!balance.isEven || natural[index + 1]!.length === 0)) continue;
    if (isLast) at = read.length;
    shared.push(...dealt(read.slice(from, at), index + 1 - shared.length));
    from = at;
  }
  return shared;
}

/** Whether two sequences have had the same signs so far, in whatever order. */
class Balance {
  readonly #of = new Map<number, number>();
  #uneven = 0;

  get isEven(): boolean {
    return this.#uneven === 0;
  }

  weigh(more: number[], less: number[]): void {
    for (const sign of more) this.#add(sign, 1);
    for (const sign of less) this.#add(sign, -1);
  }

  #add(sign: number, by: number): void {
    const before = this.#of.get(sign) ?? 0;
    this.#of.set(sign, before + by);
    this.#uneven += Math.abs(before + by) - Math.abs(before);
  }
}

/** Vowels of two parts are drawn as such. */
function signsOf(text: string): number[] {
  return Array.from(text.normalize('NFD'), (sign) => sign.codePointAt(0)!);
}

/** To so many, one each; the last has what is left. */
function dealt(signs: number[], count: number): number[][] {
  return Array.from({ length: count }, (_, index) => {
    const some = signs.slice(index, index === count - 1 ? undefined : index + 1);
    return some.length === 0 ? [NOTHING] : some;
  });
}
