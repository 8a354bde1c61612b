import { tooComplex, type DocxPackage } from './package.js';
import { noteProperty, type Properties } from './properties.js';
import { readXml } from './xml.js';

interface Style extends Properties {
  name?: string;
  basedOn?: string;
  /** The one, itself or an ancestor, that says which list this is of. */
  listedBy?: string;
}

export interface RunFormat {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  hidden: boolean;
  font: string | undefined;
}

const MAX_STYLES = 10_000;
const MAX_ANCESTORS = 50;

/** The styles of a document, and the resulting look of a paragraph or run. */
export class StyleSheet {
  readonly #styles = new Map<string, Style>();
  readonly #resolved = new Map<string, Style>();
  /** Of runs without properties, by the style of their paragraph. */
  readonly #plain = new Map<Properties, RunFormat>();
  #defaults: Properties = {};
  #defaultStyle: string | undefined;

  static async read(parts: DocxPackage, name: string | undefined): Promise<StyleSheet> {
    const sheet = new StyleSheet();
    if (name !== undefined) await sheet.#read(parts, name);
    return sheet;
  }

  async #read(parts: DocxPackage, name: string): Promise<void> {
    const path: string[] = [];
    let style: Style | undefined;
    await readXml(parts, name, {
      open: (element) => {
        const parent = path.at(-1);
        path.push(element.name);
        if (element.name === 'w:style') {
          style = {};
          const id = element.attribute('styleId') ?? '';
          this.#styles.set(id, style);
          if (this.#styles.size > MAX_STYLES) throw tooComplex(`There are more than ${MAX_STYLES} styles.`);
          const isDefault = ['1', 'true', 'on'].includes(element.attribute('default') ?? '');
          if (isDefault && element.attribute('type') === 'paragraph') this.#defaultStyle = id;
        } else if (parent === 'w:style' && style !== undefined) {
          if (element.name === 'w:name') style.name = element.attribute('val')?.toLowerCase();
          if (element.name === 'w:basedOn') style.basedOn = element.attribute('val');
        } else if (isIn(path, 'w:style') && style !== undefined) {
          noteProperty(style, element);
        } else if (isIn(path, 'w:rPrDefault')) {
          noteProperty(this.#defaults, element);
        }
      },
      close: (closed) => {
        path.pop();
        if (closed === 'w:style') style = undefined;
      },
    });
  }

  /** A paragraph's style, with what it inherits; the nearest ancestor wins. */
  paragraph(id: string | undefined): Style {
    return this.#resolve(id, id !== undefined && this.#styles.has(id) ? id : this.#defaultStyle);
  }

  /**
   * What a run looks like. Its own word counts; else bold, italic and hidden of the paragraph's and the character
   * style take turns, as Word has it (ISO 29500-1, 17.7.3): emphasis within emphasis is plain. Text that runs from
   * right to left, or is said to be in a complex script, has a bold and an italic of its own (17.3.2.2).
   */
  run(paragraph: Properties, own: Properties): RunFormat {
    // Most runs have no properties.
    const isPlain = Object.keys(own).length === 0;
    const known = isPlain ? this.#plain.get(paragraph) : undefined;
    if (known !== undefined) return known;
    const format = this.#format(paragraph, own);
    if (isPlain) this.#plain.set(paragraph, format);
    return format;
  }

  #format(paragraph: Properties, own: Properties): RunFormat {
    const character = own.style === undefined ? {} : this.#resolve(own.style, own.style);
    const nearest = <K extends keyof Properties>(key: K): Properties[K] =>
      own[key] ?? character[key] ?? paragraph[key] ?? this.#defaults[key];
    const toggled = (key: 'bold' | 'italic' | 'boldComplex' | 'italicComplex' | 'hidden') =>
      own[key] ?? (this.#defaults[key] || (paragraph[key] ?? false) !== (character[key] ?? false));
    const isComplex = nearest('rightToLeft') === true || nearest('complexScript') === true;
    return {
      bold: toggled(isComplex ? 'boldComplex' : 'bold'),
      italic: toggled(isComplex ? 'italicComplex' : 'italic'),
      underline: nearest('underline') ?? false,
      hidden: toggled('hidden'),
      font: nearest('font'),
    };
  }

  #resolve(asked: string | undefined, id: string | undefined): Style {
    const known = this.#resolved.get(asked ?? '');
    if (known !== undefined) return known;
    const resolved: Style = {};
    // The limit also ends a cycle of styles.
    let next = id;
    for (let ancestors = 0; next !== undefined && ancestors < MAX_ANCESTORS; ancestors += 1) {
      const style = this.#styles.get(next);
      if (style === undefined) break;
      inherit(resolved, {
        outline: headingLevel(style.name),
        listedBy: style.numId === undefined ? undefined : next,
        ...style,
      });
      next = style.basedOn;
    }
    // Some programs use the names of Word's own styles without defining them.
    resolved.outline ??= headingLevel(asked) ?? 0;
    this.#resolved.set(asked ?? '', resolved);
    return resolved;
  }
}

/** The nearer style wins. */
function inherit(style: Style, ancestor: Style): void {
  Object.assign(style, { ...said(ancestor), ...said(style) });
}

const said = (style: Style) =>
  Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined));

/** `heading 1`, in any language of the program that wrote it: the name is translated on the screen only. */
function headingLevel(name: string | undefined): number | undefined {
  const level = /^heading ?([1-9])$/i.exec(name ?? '')?.[1];
  return level === undefined ? undefined : Number(level);
}

/** In the properties of an element, and not in those a tracked change remembers. */
function isIn(path: string[], owner: string): boolean {
  return (
    path.includes(owner) && !path.some((name) => name.endsWith('Change')) && !path.includes('w:tblStylePr')
  );
}
