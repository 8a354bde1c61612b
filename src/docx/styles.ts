import { tooComplex, type DocxPackage } from './package.js';
import { noteProperty, type Properties } from './properties.js';
import { readXml } from './xml.js';

interface Style extends Properties {
  name?: string;
  basedOn?: string;
}

export interface RunFormat {
  bold: boolean;
  italic: boolean;
  underline: boolean;
}

const MAX_STYLES = 10_000;
const MAX_ANCESTORS = 50;

/** The styles of a document, and what a paragraph or run in them looks like in the end. */
export class StyleSheet {
  readonly #styles = new Map<string, Style>();
  readonly #resolved = new Map<string, Style>();
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

  /** A paragraph's style with what it has from its ancestors, the nearest first. */
  paragraph(id: string | undefined): Style {
    return this.#resolve(id, id !== undefined && this.#styles.has(id) ? id : this.#defaultStyle);
  }

  /**
   * What a run looks like. Its own word counts; else bold and italic of the paragraph's and the character style take
   * turns, as Word has it (ISO 29500-1, 17.7.3): emphasis within emphasis is plain.
   */
  run(paragraph: Properties, { style, bold, italic, underline }: Properties): RunFormat {
    const character = style === undefined ? {} : this.#resolve(style, style);
    const { bold: boldByDefault = false, italic: italicByDefault = false } = this.#defaults;
    return {
      bold: bold ?? (boldByDefault || (paragraph.bold ?? false) !== (character.bold ?? false)),
      italic: italic ?? (italicByDefault || (paragraph.italic ?? false) !== (character.italic ?? false)),
      underline: underline ?? character.underline ?? paragraph.underline ?? this.#defaults.underline ?? false,
    };
  }

  #resolve(asked: string | undefined, id: string | undefined): Style {
    const known = this.#resolved.get(asked ?? '');
    if (known !== undefined) return known;
    const resolved: Style = {};
    // The count ends a circle of styles, too.
    let next = id;
    for (let ancestors = 0; next !== undefined && ancestors < MAX_ANCESTORS; ancestors += 1) {
      const style = this.#styles.get(next);
      if (style === undefined) break;
      inherit(resolved, { outline: headingLevel(style.name), ...style });
      next = style.basedOn;
    }
    // Some programs use the names of Word's own styles without defining them.
    resolved.outline ??= headingLevel(asked) ?? 0;
    this.#resolved.set(asked ?? '', resolved);
    return resolved;
  }
}

/** What the nearer style says stands. */
function inherit(style: Style, ancestor: Style): void {
  style.name ??= ancestor.name;
  style.bold ??= ancestor.bold;
  style.italic ??= ancestor.italic;
  style.underline ??= ancestor.underline;
  style.align ??= ancestor.align;
  style.outline ??= ancestor.outline;
  style.numId ??= ancestor.numId;
  style.listLevel ??= ancestor.listLevel;
}

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
